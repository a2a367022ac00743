package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import org.junit.jupiter.api.Test;

/// The example of each page docs/how-to/from-*.md does what its page says, and does it again after
/// a restart.
@ContainerTest
class MigrationsIT {

    private static final String STREAMING =
            "SELECT application_name || ' ' || usename || ' ' || state FROM pg_stat_replication";
    private static final String LISTENS = "listening on IPv4 address \"0.0.0.0\", port 5432";

    private static String sql(ComposeProject project, String service, String statement) {
        return project.exec(
                service,
                "sh",
                "-c",
                "exec psql -XqAt -v ON_ERROR_STOP=1 -U \"${POSTGRES_USER:-postgres}\" -d"
                        + " \"${POSTGRES_DB:-postgres}\" -c \"$0\"",
                statement);
    }

    private static void awaitRows(ComposeProject project, String service, String rows) {
        Eventually.happens(
                rows + " rows on " + service,
                () -> project.log(service),
                () -> sql(project, service, "SELECT count(*) FROM t").equals(rows));
    }

    /// As `docker compose restart`, and as a new version: containers go, volumes stay.
    private static void restarts(ComposeProject project, String primary, String replica) {
        for (String end : new String[] {"stop", "down"}) {
            project.compose(end).succeeded();
            project.up();
            Eventually.happens(
                    "streaming after " + end,
                    () -> project.compose("logs").output(),
                    () -> sql(project, primary, STREAMING).endsWith(" streaming"));
            sql(project, primary, "INSERT INTO t SELECT max(row) + 1 FROM t");
            awaitRows(project, replica, sql(project, primary, "SELECT count(*) FROM t"));
        }
        assertThat(sql(project, primary, "SELECT count(*) FROM t")).isEqualTo("12");
        assertThat(sql(project, primary, "SELECT pg_is_in_recovery()")).isEqualTo("f");
        assertThat(sql(project, replica, "SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(sql(project, primary, "SELECT timeline_id FROM pg_control_checkpoint()"))
                .isEqualTo("1");
    }

    @Test
    void from_the_official_image() {
        try (ComposeProject project =
                new ComposeProject("docker/examples/from-the-official-image.yaml")) {
            project.up();
            String products = "SELECT count(*) FROM product";
            // Its health check is pg_isready, which the server for init scripts answers, too.
            Eventually.happens(
                    "the init scripts are done",
                    () -> project.log("db"),
                    () ->
                            project.log("db").contains("listening on IPv4")
                                    && project.compose(
                                                    "exec", "-T", "db", "psql", "-U", "app", "shop",
                                                    "-Atc", products)
                                            .output()
                                            .strip()
                                            .equals("2"));
            String insert = "INSERT INTO product (name) VALUES ('spoon')";
            project.exec("db", "psql", "-U", "app", "shop", "-c", insert);
            assertThat(project.exec("db", "psql", "-U", "app", "shop", "-Atc", "\\du"))
                    .startsWith("app|Superuser")
                    .doesNotContain("postgres|");
            assertThat(
                            project.exec(
                                    "db",
                                    "psql",
                                    "-U",
                                    "app",
                                    "shop",
                                    "-Atc",
                                    "SHOW max_connections"))
                    .isEqualTo("200");
            // The password of the secret, by the rule for clients.
            assertThat(
                            project.exec(
                                    "db",
                                    "bash",
                                    "-c",
                                    "PGPASSWORD=$(</run/secrets/db_password) psql -h $HOSTNAME -U"
                                            + " app shop -Atc 'SELECT 1'"))
                    .isEqualTo("1");
            assertThat(project.log("db"))
                    .contains("running /docker-entrypoint-initdb.d/10-tables.sql\n")
                    .containsOnlyOnce("PostgreSQL init process complete; ready for start up.");

            for (String end : new String[] {"stop", "down"}) {
                project.compose(end).succeeded();
                project.up();
                assertThat(project.exec("db", "psql", "-U", "app", "shop", "-Atc", products))
                        .isEqualTo("3");
            }
            assertThat(project.log("db"))
                    .contains("appears to contain a database; Skipping initialization")
                    .containsOnlyOnce(LISTENS);
        }
    }

    @Test
    void from_bitnami() {
        try (ComposeProject project = new ComposeProject("docker/examples/from-bitnami.yaml")) {
            project.up();
            String primary = "postgresql-master";
            String replica = "postgresql-slave";
            assertThat(project.log(primary))
                    .contains("POSTGRESQL_REPLICATION_MODE")
                    .contains("REPLICATION_ROLE")
                    .doesNotContain("my_password")
                    .doesNotContain("my_repl_password");
            assertThat(sql(project, primary, "SELECT datname FROM pg_database ORDER BY 1"))
                    .startsWith("my_database\n");
            assertThat(
                            sql(
                                    project,
                                    primary,
                                    "SELECT rolreplication, rolsuper FROM pg_roles WHERE rolname ="
                                            + " 'my_repl_user'"))
                    .isEqualTo("t|f");
            assertThat(sql(project, primary, STREAMING)).contains(" my_repl_user streaming");
            for (String node : new String[] {primary, replica}) {
                assertThat(sql(project, node, "SHOW max_connections")).isEqualTo("150");
                assertThat(sql(project, node, "SHOW data_directory"))
                        .isEqualTo("/bitnami/postgresql/data");
            }
            sql(project, primary, "CREATE TABLE t AS SELECT generate_series(1, 10) AS row");
            awaitRows(project, replica, "10");
            restarts(project, primary, replica);
        }
    }

    @Test
    void from_the_shell_scripts() {
        try (ComposeProject project =
                new ComposeProject("docker/examples/from-the-shell-scripts.yaml")) {
            project.up();
            String primary = "postgresql-primary";
            String replica = "postgresql-replica1";
            assertThat(project.log(primary))
                    .contains("PATRONI_ENABLE")
                    .contains("USE_PATRONI")
                    .contains("POSTGRESQL_CONFIG_MAX_CONNECTIONS");
            assertThat(sql(project, primary, STREAMING))
                    .isEqualTo("postgresql-replica1 replicator streaming");
            assertThat(sql(project, primary, "SHOW max_connections")).isEqualTo("150");
            // What the page promises: a primary without standbys does not block.
            assertThat(sql(project, primary, "SHOW synchronous_standby_names")).isEmpty();
            sql(project, primary, "CREATE TABLE t AS SELECT generate_series(1, 10) AS row");
            awaitRows(project, replica, "10");
            restarts(project, primary, replica);
        }
    }
}
