package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The names that other images use for the same.
class AliasesTest {

    @ParameterizedTest
    @CsvSource({"PATRONI_ENABLE, USE_PATRONI", "CITUS_ENABLE, USE_CITUS"})
    void an_alias_means_what_its_variable_means(String alias, String name) {
        assertThat(Environments.errors(Environments.primary(alias, "true")))
                .singleElement()
                .extracting(Problem::rule)
                .asString()
                .startsWith("HA_MODE=native cannot be used with " + name + "=true");
        assertThat(Environments.problems(Environments.primary(alias, "off"))).isEmpty();
    }

    @Test
    void an_alias_has_a_file_too(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("value"), "true\n");
        assertThat(
                        Environments.errors(
                                Environments.primary("PATRONI_ENABLE_FILE", file.toString())))
                .extracting(Problem::variable)
                .containsExactly("HA_MODE");
    }

    @Test
    void both_names_with_one_value_are_fine() {
        assertThat(
                        Environments.problems(
                                Environments.standalone(
                                        "USE_CITUS", "false", "CITUS_ENABLE", "false")))
                .isEmpty();
    }

    @Test
    void a_bad_value_is_told_under_the_name_that_holds_it() {
        assertThat(Environments.errors(Environments.standalone("CITUS_ENABLE", "ja")))
                .extracting(Problem::sentence)
                .containsExactly(
                        "CITUS_ENABLE=ja: must be true or false (also 1/0, yes/no, on/off);"
                                + " use one of them");
    }
}
