package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of majors is docker/majors; what lists majors elsewhere says the same.
class MajorsTest {

    private static final Map<String, Integer> DEBIAN =
            Map.of("bullseye", 11, "bookworm", 12, "trixie", 13, "forky", 14);

    /// @param suite of Debian that has this major, or "-"
    private record Major(String number, String suite, String pgdata, String volume) {

        boolean inDebian() {
            return !suite.equals("-");
        }

        String tests(List<String> soaked) {
            if (soaked.contains(number)) {
                return "`make test`, `make soak`";
            }
            return inDebian() ? "`make test`" : "on the official image, before a release";
        }

        String row(List<String> soaked) {
            return "| %s | %s | `%s` | %s | %s |"
                    .formatted(
                            number,
                            inDebian() ? "%s (%d)".formatted(suite, DEBIAN.get(suite)) : "–",
                            pgdata,
                            volume.equals(pgdata) ? "the same" : "`%s`".formatted(volume),
                            tests(soaked));
        }
    }

    private static List<Major> majors() throws IOException {
        return Files.readAllLines(Path.of("docker/majors")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" +"))
                .map(field -> new Major(field[0], field[1], field[2], field[3]))
                .toList();
    }

    private static List<String> inDebian() throws IOException {
        return majors().stream().filter(Major::inDebian).map(Major::number).toList();
    }

    @Test
    void the_page_on_compatibility_has_each_major() throws IOException {
        List<String> table =
                new ArrayList<>(
                        List.of(
                                "| PostgreSQL | Debian | PGDATA | volume | tests |",
                                "|---|---|---|---|---|"));
        Matcher soaked =
                Pattern.compile("(?m)^SOAK_MAJORS [?]= (.*)$")
                        .matcher(Files.readString(Path.of("Makefile")));
        assertThat(soaked.find()).isTrue();
        List<String> numbers = List.of(soaked.group(1).split(" "));
        majors().forEach(major -> table.add(major.row(numbers)));
        PageTable.matches("docs/reference/compatibility.md", "docker/majors", table);
    }

    @Test
    void the_checks_of_a_change_build_each_major_that_debian_has() throws IOException {
        assertThat(Path.of(".github/workflows/ci.yml"))
                .content()
                .contains("major: ['%s']".formatted(String.join("', '", inDebian())));
    }

    @Test
    void a_release_takes_its_majors_from_the_table() throws IOException {
        assertThat(Path.of(".github/workflows/image.yml"))
                .content()
                .contains(":docker/majors\"", "make test MAJORS=\"$MAJORS\"")
                .doesNotContain("bookworm", "'17'");
    }
}
