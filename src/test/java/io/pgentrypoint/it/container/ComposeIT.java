package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

@ContainerTest
class ComposeIT {

    private static final String PAIR = "docker/compose.primary-replica.yaml";
    private static final String HEALTH =
            "{{range .State.Health.Log}}{{.ExitCode}}: {{.Output}}{{end}}";

    /// Name, inode, times of content and of status, mode, owner and content of every file that is
    /// the user's or ours. Of the files beside them postgres itself writes postmaster.*, the
    /// heartbeat is another one at each start, and of its standbys the primary keeps when it saw
    /// them.
    private static final String FINGERPRINT =
            """
            cd "$PGDATA"
            { find . -maxdepth 1 -type f ! -name 'postmaster.*'; find pgsql_tmp_entrypoint -type f ! -name '*holder' ! -name '*standbys'; } | sort |
              while read -r path; do
                stat -c '%n %i %y %z %a %U' "$path"
                [ ! -f "$path" ] || sha256sum "$path"
              done
            """;

    @Test
    void a_primary_and_a_replica_stop_cleanly_and_start_unchanged() throws SQLException {
        try (ComposeProject project = new ComposeProject(PAIR)) {
            project.compose("up", "--wait").succeeded();
            assertThat(streaming(project)).isEqualTo("streaming");
            project.sql("primary", "CREATE TABLE t AS SELECT generate_series(1, 10) AS row");
            Eventually.happens(
                    "ten rows on the replica",
                    () -> project.compose("logs").output(),
                    () -> rows(project).equals("10"));
            assertThat(overTheNetwork(project, "replica")).isEqualTo(10);

            String primary = fingerprint(project, "primary");
            String replica = fingerprint(project, "replica");
            assertThat(primary)
                    .contains("./postgresql.conf ", "./pg_hba.conf ", "./entrypoint.conf ")
                    .contains("./postgresql.auto.conf ");
            assertThat(replica).contains("/upstream.pgpass ", "./standby.signal ");

            for (String end : List.of("stop", "down")) {
                Instant before = Instant.now();
                project.compose(end).succeeded();
                Eventually.happens(
                        "two clean ends by " + end,
                        () -> exitCodes(project, before),
                        () -> exitCodes(project, before).equals("0\n0\n"));

                project.compose("up", "--wait").succeeded();
                assertThat(streaming(project)).isEqualTo("streaming");
                assertThat(rows(project)).isEqualTo("10");
                assertThat(fingerprint(project, "primary")).as(end).isEqualTo(primary);
                assertThat(fingerprint(project, "replica")).as(end).isEqualTo(replica);
            }
            theOldPrimaryTakesNoWritesAfterAFailover(project);
        }
    }

    /// With the variables from before it.
    private static void theOldPrimaryTakesNoWritesAfterAFailover(ComposeProject project) {
        project.compose("stop", "primary").succeeded();
        project.exec("replica", "entrypoint", "promote");
        for (String[] restart : new String[][] {{"restart", "primary"}, {"restart"}}) {
            project.compose(restart).succeeded();
            project.up();
            assertThat(project.sql("primary", "SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(project.sql("replica", "SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(
                            project.sql(
                                    "replica",
                                    "SELECT application_name || ' ' || state FROM"
                                            + " pg_stat_replication"))
                    .isEqualTo("primary streaming");
        }
        assertThat(project.log("primary"))
                .contains("the peer replica:5432 is the primary of this cluster")
                .contains("set REPLICATION_ROLE=replica and PRIMARY_HOST");
    }

    @Test
    void three_nodes_with_one_environment_go_through_a_failover_and_nothing_is_changed() {
        try (ComposeProject project = new ComposeProject("docker/compose.yaml")) {
            project.up();
            assertThat(project.sql("db1", "SELECT count(*) FROM pg_stat_replication"))
                    .isEqualTo("2");
            project.sql("db1", "CREATE TABLE t AS SELECT generate_series(1, 10) AS row");
            awaitTable(
                    project,
                    "db3",
                    "db1 +primary +running.*db2 +replica +answering.*db3 \\* +replica +streaming");

            project.compose("kill", "db1").succeeded();
            project.exec("db2", "entrypoint", "promote");
            project.sql("db2", "INSERT INTO t VALUES (11)");
            project.compose("start", "db1").succeeded();
            // Not `up --wait`, which gives up on a standby that was unhealthy without its primary.
            for (String follower : List.of("db1", "db3")) {
                Eventually.happens(
                        "eleven rows on " + follower,
                        () -> project.compose("logs").output(),
                        () -> project.says(follower, "SELECT count(*) FROM t", "11"));
                assertThat(project.sql(follower, "SELECT pg_is_in_recovery()")).isEqualTo("t");
            }

            project.compose("restart").succeeded();
            project.up();
            awaitTable(
                    project,
                    "db2",
                    "db1 +replica +streaming +2 .*db2 \\* +primary +running +2 .*db3 +replica"
                            + " +streaming +2 ");
        }
    }

    /// A node of a busy machine that does not answer in time is missing from one table, not from
    /// the next.
    private static void awaitTable(ComposeProject project, String node, String rows) {
        Pattern wanted = Pattern.compile(rows, Pattern.DOTALL);
        String _ =
                Eventually.answers(
                        rows,
                        () -> project.exec(node, "entrypoint", "cluster"),
                        table -> wanted.matcher(table).find());
    }

    @Test
    void a_replica_that_does_not_stream_is_not_healthy(@TempDir Path directory) throws IOException {
        Path override = directory.resolve("wrong-password.yaml");
        Files.writeString(
                override,
                """
                services:
                  replica:
                    environment:
                      - REPLICATION_PASSWORD=wrong
                """);
        try (ComposeProject project = new ComposeProject(PAIR, override)) {
            project.compose("up", "--detach").succeeded();
            Supplier<String> log = () -> project.compose("logs", "replica").output();
            Eventually.happens(
                    "a rejected password",
                    log,
                    () -> log.get().contains("it rejects the password of the replication role"));
            String id = project.compose("ps", "--quiet", "replica").succeeded().strip();
            Supplier<String> asked =
                    () -> project.docker("inspect", "--format", HEALTH, id).succeeded();
            Eventually.happens("an answer to HEALTHCHECK", asked, () -> !asked.get().isBlank());
            assertThat(asked.get()).startsWith("1: not healthy: ");
            assertThat(project.compose("ps", "--format", "{{.Service}} {{.Health}}").output())
                    .contains("replica starting");
        }
    }

    private static String streaming(ComposeProject project) {
        return project.sql("primary", "SELECT state FROM pg_stat_replication");
    }

    private static String rows(ComposeProject project) {
        return project.sql("replica", "SELECT count(*) FROM t");
    }

    private static String fingerprint(ComposeProject project, String service) {
        return project.exec(service, "bash", "-euc", FINGERPRINT);
    }

    /// As a client does: through the published port, with the password.
    private static int overTheNetwork(ComposeProject project, String service) throws SQLException {
        String published = project.compose("port", service, "5432").succeeded().strip();
        String port = published.substring(published.lastIndexOf(':') + 1);
        String url =
                "jdbc:postgresql://"
                        + DockerClientFactory.instance().dockerHostIpAddress()
                        + ":"
                        + port
                        + "/admin";
        try (Connection connection = DriverManager.getConnection(url, "admin", "admin");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    private static String exitCodes(ComposeProject project, Instant since) {
        return project.docker(
                        "events",
                        "--since",
                        since.toString(),
                        "--until",
                        Instant.now().toString(),
                        "--filter",
                        "event=die",
                        "--filter",
                        "label=com.docker.compose.project=" + project.name(),
                        "--format",
                        "{{.Actor.Attributes.exitCode}}")
                .succeeded();
    }
}
