package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No password leaves the settings but as a `Secret`.
class SecretsTest {

    @Test
    void settings_print_without_their_passwords() {
        for (Map<String, String> environment :
                List.of(Environments.primary(), Environments.replica())) {
            environment.put("POSTGRES_PASSWORD", "s3cret-one");
            environment.put("REPLICATION_PASSWORD", "s3cret-two");
            assertThat(Environments.parse(environment).toString())
                    .contains("****")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void children_do_not_inherit_passwords() {
        Settings settings =
                Environments.parse(
                        Environments.primary(
                                "POSTGRES_PASSWORD", "s3cret-one",
                                "REPLICATION_PASSWORD", "s3cret-two",
                                "LANG", "C.UTF-8"));
        assertThat(settings.childEnvironment())
                .doesNotContainKeys("POSTGRES_PASSWORD", "REPLICATION_PASSWORD")
                .containsEntry("LANG", "C.UTF-8");
        assertThat(settings.childEnvironment().values())
                .noneMatch(value -> value.contains("s3cret"));
    }

    @Test
    void children_see_the_port_and_the_directory_that_came_from_files(@TempDir Path directory)
            throws IOException {
        Path port = Files.writeString(directory.resolve("port"), "6000\n");
        Path data = Files.writeString(directory.resolve("data"), "/data\n");
        assertThat(
                        Environments.parse(
                                        Environments.standalone(
                                                "PGPORT_FILE",
                                                port.toString(),
                                                "PGDATA_FILE",
                                                data.toString()))
                                .childEnvironment())
                .containsEntry("PGPORT", "6000")
                .containsEntry("PGDATA", "/data");
    }

    @Test
    void no_problem_shows_a_password(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "s3cret\r\n");
        for (Map<String, String> environment :
                List.of(
                        Environments.primary("REPLICATION_PASSWORD", "s3cret\nx"),
                        Environments.primary(
                                "REPLICATION_PASSWORD",
                                "s3cret",
                                "REPLICATION_PASSWORD_FILE",
                                file.toString()),
                        Environments.standalone("POSTGRES_PASSWORD_FILE", file.toString()),
                        Environments.standalone("POSTGRES_PASSWORD", "s3cret\0"))) {
            List<Problem> problems = Environments.problems(environment);
            assertThat(problems).isNotEmpty();
            assertThat(problems).allSatisfy(it -> assertThat(it.toString()).doesNotContain("s3c"));
        }
    }
}
