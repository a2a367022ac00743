package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitdbReaderTest {

    private static Initdb initdb(String... environment) {
        return Environments.parse(Environments.standalone(environment)).initdb();
    }

    @ParameterizedTest
    @CsvSource({
        "--waldir=/wal, ''",
        "--waldir /wal, ''",
        "--wald=/wal -k, -k",
        "-X /wal, ''",
        "-X/wal, ''",
        "-kgX/wal -E UTF8, -k -g -E UTF8",
        "-kX /wal --locale=C --set work_mem=1MB, -k --locale=C --set work_mem=1MB",
        "--encoding UTF8 -A scram-sha-256 --waldir=/wal, --encoding UTF8 -A scram-sha-256"
    })
    void a_wal_directory_among_the_arguments_is_that_of_the_variable(String text, String kept) {
        Initdb found = initdb("POSTGRES_INITDB_ARGS", text);
        assertThat(found.walDirectory()).contains(Path.of("/wal"));
        assertThat(String.join(" ", found.arguments())).isEqualTo(kept);
    }

    @Test
    void the_variable_wins_over_the_argument() {
        assertThat(
                        initdb(
                                        "POSTGRES_INITDB_ARGS",
                                        "--waldir=/other",
                                        "POSTGRES_INITDB_WALDIR",
                                        "/wal")
                                .walDirectory())
                .contains(Path.of("/wal"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-D /other",
                "-D/other",
                "-kD /other",
                "--pgdata=/other",
                "--pgda /other",
                "-c data_directory=/other",
                "--set Data-Directory=/other",
                "--waldir=relative",
                "--waldir",
                "-X"
            })
    void an_argument_that_puts_the_cluster_elsewhere_is_refused(String text) {
        assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> initdb("POSTGRES_INITDB_ARGS", text))
                .satisfies(refused ->
                        assertThat(refused.problems())
                                .singleElement()
                                .extracting(Problem::variable)
                                .isEqualTo("POSTGRES_INITDB_ARGS"));
    }
}
