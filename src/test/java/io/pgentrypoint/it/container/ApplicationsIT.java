package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import org.junit.jupiter.api.Test;

/// Compose files of applications, and their init scripts, as they are written for the official
/// image.
@ContainerTest
class ApplicationsIT {

    private static String ask(
            ComposeProject project, String service, String user, String database, String query) {
        return project.exec(service, "psql", "-XqAt", "-U", user, "-d", database, "-c", query);
    }

    @Test
    void databases_of_applications_become_healthy_and_stay_what_they_are() {
        try (ComposeProject project =
                new ComposeProject("src/test/resources/compose/applications.yaml")) {
            // The client ends as it shall, which --wait takes for a failure.
            project.compose("up", "--detach", "--wait", "shop", "tests", "configured", "wrapped")
                    .succeeded();
            // pg_isready by the socket is green while init scripts run, as with the official image:
            // an application that comes then tries again.
            Eventually.happens(
                    "the application got 3",
                    () -> project.log("shop"),
                    () ->
                            project.compose("run", "--rm", "-T", "client")
                                    .output()
                                    .contains("the application got 3"));

            project.compose("restart", "shop", "wrapped", "configured").succeeded();
            project.compose("up", "--detach", "--wait", "shop", "tests", "configured", "wrapped")
                    .succeeded();
            assertThat(
                            ask(
                                    project,
                                    "shop",
                                    "shop",
                                    "shop",
                                    "SELECT datname FROM pg_database ORDER BY 1"))
                    .isEqualTo(
                            "billing\ninventory\npostgres\nshop\ntemplate0\ntemplate1\ntemplate_shop");
            assertThat(ask(project, "shop", "shop", "shop", "SHOW max_connections"))
                    .isEqualTo("200");
            assertThat(ask(project, "shop", "shop", "shop", "SHOW work_mem")).isEqualTo("9MB");
            assertThat(ask(project, "shop", "shop", "shop", "SHOW timezone"))
                    .isEqualTo("Europe/Berlin");
            assertThat(ask(project, "shop", "shop", "shop", "SHOW data_directory"))
                    .isEqualTo("/var/lib/postgresql/data/pgdata");
            assertThat(
                            ask(
                                    project,
                                    "shop",
                                    "shop",
                                    "shop",
                                    "SELECT datcollate FROM pg_database WHERE datname = 'shop'"))
                    .isEqualTo("C");
            assertThat(project.log("shop"))
                    .contains("Creating user and database 'billing'", "connected to shop")
                    .contains("sourcing /docker-entrypoint-initdb.d/30-extensions.sh")
                    .containsOnlyOnce("PostgreSQL init process complete; ready for start up.");

            assertThat(ask(project, "tests", "my cool user", "my cool database", "SHOW fsync"))
                    .isEqualTo("off");
            assertThat(ask(project, "configured", "postgres", "postgres", "SHOW max_connections"))
                    .isEqualTo("33");
            assertThat(ask(project, "configured", "postgres", "postgres", "SHOW hba_file"))
                    .isEqualTo("/etc/postgresql/pg_hba.conf");
            assertThat(ask(project, "wrapped", "my.user", "my-app", "SHOW wal_level"))
                    .isEqualTo("logical");
        }
    }
}
