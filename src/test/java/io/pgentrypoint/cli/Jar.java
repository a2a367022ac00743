package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The jar that was built, and how it is started.
final class Jar {

    private Jar() {}

    static Path path() {
        String path = System.getProperty("entrypoint.jar", "");
        assertThat(path).as("the system property entrypoint.jar, which Failsafe sets").isNotEmpty();
        return Path.of(path);
    }

    /// A short life needs no second compiler.
    static List<String> java(String... flags) {
        List<String> argv = new ArrayList<>();
        argv.add(ProcessHandle.current().info().command().orElseThrow());
        argv.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
        argv.addAll(List.of(flags));
        argv.addAll(List.of("-jar", path().toString()));
        return argv;
    }
}
