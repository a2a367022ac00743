package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// SECURITY.md promises what a test keeps.
class SecurityPageTest {

    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void every_promise_names_tests_that_exist() throws IOException {
        Map<String, String> sources = sources();
        List<String> promises =
                Files.readAllLines(Path.of("SECURITY.md")).stream()
                        .filter(line -> line.startsWith("| ") && !line.equals("| promise | test |"))
                        .toList();
        assertThat(promises).hasSizeGreaterThan(20);
        for (String promise : promises) {
            Matcher name = NAME.matcher(promise);
            assertThat(name.find()).as("a test in: %s", promise).isTrue();
            do {
                assertThat(sources).containsKey(name.group(1));
                if (name.group(2) != null) {
                    assertThat(sources.get(name.group(1))).contains("void " + name.group(2) + "(");
                }
            } while (name.find());
        }
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .collect(
                            Collectors.toMap(
                                    file -> String.valueOf(file.getFileName()).replace(".java", ""),
                                    SecurityPageTest::text,
                                    (one, other) -> one + other));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
