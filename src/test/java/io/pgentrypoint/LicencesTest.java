package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The licence of each library that is passed on is known, and one that may be passed on.
class LicencesTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([\\w.]+:[\\w.-]+)` \\| ([^|]+) \\|");
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>(?:\\s*<!--.*?-->)?\\s*<groupId>([^<]+)</groupId>\\s*"
                            + "<artifactId>([^<]+)</artifactId>\\s*<version>[^<]+</version>\\s*"
                            + "(?:<scope>(\\w+)</scope>\\s*)?</dependency>");

    private static String thirdParty() throws IOException {
        return Files.readString(Path.of("THIRD-PARTY.md"));
    }

    @Test
    void every_library_of_the_build_that_is_no_test_is_listed() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));
        Set<String> used =
                DEPENDENCY
                        .matcher(build.replaceAll("(?s)<build>.*", ""))
                        .results()
                        .filter(match -> !"test".equals(match.group(3)))
                        .map(match -> match.group(1) + ":" + match.group(2))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).hasSizeGreaterThan(6);
        Set<String> listed =
                ROW.matcher(thirdParty())
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).containsAll(used);
    }

    @Test
    void every_licence_allows_to_pass_the_jar_on() throws IOException {
        assertThat(ROW.matcher(thirdParty()).results().map(match -> match.group(2)))
                .isNotEmpty()
                .isSubsetOf("Apache-2.0", "MIT", "BSD-2-Clause", "EPL-2.0 or LGPL-2.1-only");
    }

    /// A library that another one brings is in none of our dependencies; its classes are.
    @Test
    void every_class_of_the_jar_belongs_to_a_listed_library() throws IOException {
        Path jar = Path.of("target/entrypoint.jar");
        Assumptions.assumeTrue(Files.exists(jar), "`make package` has not been run");
        try (JarFile open = new JarFile(jar.toFile());
                Stream<String> names = open.stream().map(ZipEntry::getName)) {
            assertThat(
                            names.filter(name -> name.endsWith(".class"))
                                    .filter(name -> !name.startsWith("META-INF/")))
                    .allMatch(name ->
                            Stream.of(
                                            "io/pgentrypoint/",
                                            "picocli/",
                                            "org/slf4j/",
                                            "ch/qos/logback/",
                                            "org/postgresql/",
                                            "com/google/gson/",
                                            "com/google/errorprone/annotations/",
                                            "org/yaml/snakeyaml/",
                                            "org/jspecify/")
                                    .anyMatch(name::startsWith));
        }
    }
}
