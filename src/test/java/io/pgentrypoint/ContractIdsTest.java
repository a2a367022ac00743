package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// docs/reference/official-image.md says that the ids of its rows are in the display names of
/// tests.
class ContractIdsTest {

    private static final Pattern ID =
            Pattern.compile("\\b(?:ARG|FILE|MSG|PERM|INIT|INITD|SIG|CRASH)-\\d+\\b");
    private static final Pattern NAME =
            Pattern.compile("@DisplayName\\(\\s*\"(.*?)\"", Pattern.DOTALL);

    @Test
    void every_row_of_the_official_contract_is_the_name_of_a_test() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("docs/reference/official-image.md"))) {
            if (line.startsWith("|")) {
                rows.addAll(ids(line.split("\\|", 3)[1]));
            }
        }
        assertThat(rows).hasSizeGreaterThan(40);

        Set<String> tested = new TreeSet<>();
        try (var files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                Matcher name = NAME.matcher(Files.readString(file));
                while (name.find()) {
                    tested.addAll(ids(name.group(1)));
                }
            }
        }
        assertThat(tested).containsAll(rows);
    }

    private static Set<String> ids(String text) {
        Set<String> ids = new TreeSet<>();
        Matcher id = ID.matcher(text);
        while (id.find()) {
            ids.add(id.group());
        }
        return ids;
    }
}
