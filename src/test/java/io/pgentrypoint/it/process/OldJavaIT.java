package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Jar;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.launch.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The jar started by a Java that is too old for it.
class OldJavaIT {

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    /// Where no older one is installed, at least the sentence and the code are as they should be.
    @Test
    void a_java_that_says_it_is_older_is_refused() {
        assertRefused(
                List.of(
                        Jar.vm(),
                        "-cp",
                        Jar.path() + ":target/test-classes",
                        SaysItIsOlder.class.getName()),
                "8");
    }

    /// The VM takes that property from nobody else.
    static final class SaysItIsOlder {

        private SaysItIsOlder() {}

        public static void main(String[] arguments) throws Throwable {
            System.setProperty("java.specification.version", "1.8");
            Launcher.main(arguments);
        }
    }

    @TestFactory
    Stream<DynamicTest> each_older_java_of_this_machine_is_refused() throws IOException {
        try (Stream<Path> homes = Files.list(INSTALLED)) {
            return homes
                    .filter(home -> !Files.isSymbolicLink(home))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(home -> major(home) < 25)
                    .toList()
                    .stream()
                    .map(home ->
                            DynamicTest.dynamicTest(
                                    home.toString(),
                                    () ->
                                            assertRefused(
                                                    List.of(
                                                            home.resolve("bin/java").toString(),
                                                            "-jar",
                                                            Jar.path().toString()),
                                                    String.valueOf(major(home)))));
        }
    }

    private static int major(Path home) {
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
        } catch (IOException e) {
            throw new AssertionError("no release file in " + home, e);
        }
        String version =
                release.getProperty("JAVA_VERSION", "25")
                        .replace("\"", "")
                        .replaceFirst("^1\\.", "");
        return Integer.parseInt(version.replaceFirst("[^0-9].*", ""));
    }

    private static void assertRefused(List<String> java, String found) {
        List<String> argv = Stream.concat(java.stream(), Stream.of("--version")).toList();
        Run.Ended ended = Run.start(argv, Map.of()).end();
        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr().lines())
                .singleElement()
                .asString()
                .startsWith("cannot run on Java " + found + " (")
                .contains("needs Java 25");
    }
}
