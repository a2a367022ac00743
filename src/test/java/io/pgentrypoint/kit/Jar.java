package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The jar that was built, and how every test starts it.
public final class Jar {

    /// As in an image, but for a larger heap. A short life needs no second compiler.
    private static final List<String> FLAGS =
            List.of(
                    "-XX:+DisableAttachMechanism",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xms32m",
                    "-Xmx64m",
                    "-XX:-UsePerfData",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:ArchiveRelocationMode=0",
                    "-Djdk.reflect.useNativeAccessorOnly=true",
                    "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider",
                    "-Xlog:disable",
                    "-Xlog:all=warning:stderr");

    /// What the image's entrypoint file puts before Java: PID 1 takes signals by asking for them.
    public static final List<String> SIGNALS_BLOCKED =
            List.of("/usr/bin/env", "--block-signal=HUP,INT,QUIT,TERM,USR1,USR2,CHLD");

    /// Made when the first test of this VM starts the jar.
    private static final class Archive {
        private static final Path FILE = ClassArchive.of(path(), FLAGS);
    }

    private Jar() {}

    public static Path path() {
        String path = System.getProperty("entrypoint.jar", "");
        assertThat(path).as("the system property entrypoint.jar, which Failsafe sets").isNotEmpty();
        return Path.of(path).toAbsolutePath();
    }

    /// A new VM for the jar; the words of the command follow.
    public static List<String> java(String... flags) {
        List<String> argv = new ArrayList<>();
        argv.add("-XX:SharedArchiveFile=" + Archive.FILE);
        argv.addAll(List.of(flags));
        return java(path(), argv);
    }

    /// For a copy of the jar, where another user finds it: the class archive does not fit it.
    public static List<String> javaOf(Path copy, String... flags) {
        return java(copy, List.of(flags));
    }

    private static List<String> java(Path jar, List<String> flags) {
        List<String> argv = new ArrayList<>();
        argv.add(vm());
        argv.addAll(FLAGS);
        argv.addAll(flags);
        argv.addAll(List.of("-jar", jar.toString()));
        return argv;
    }

    /// The one that runs the tests.
    public static String vm() {
        return ProcessHandle.current().info().command().orElseThrow();
    }
}
