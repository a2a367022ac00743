package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/// The compose file for Patroni as it stands, and the one fault that needs a network of its own.
@ContainerTest
class PatroniIT {

    private static final List<String> NODES = List.of("node1", "node2", "node3");

    /// Commits that wait for no standby, ten a second, and when the last one succeeded.
    private static final String COMMIT_FOR_EVER =
            """
            echo 0 >/tmp/last
            while :; do
              PGOPTIONS='-c synchronous_commit=local' psql -XqAt -U admin -c "INSERT INTO commits VALUES ('$HOSTNAME')" \
                >/dev/null 2>&1 && date +%s%N >/tmp/last
              sleep 0.1
            done
            """;

    @Test
    void a_leader_that_is_cut_off_commits_nothing_more_once_another_one_does() throws SQLException {
        try (ComposeProject project = new ComposeProject("docker/compose.patroni.yaml")) {
            project.compose("up", "--wait", "--wait-timeout", "180").succeeded();
            Eventually.happens(
                    "two that stream", () -> list(project), () -> streaming(project).equals("2"));
            // Patroni lets nobody take over before the leader has named one that commits wait for.
            Eventually.happens(
                    "a synchronous standby",
                    () -> list(project),
                    () -> list(project).contains("Sync Standby"));
            String leader = leader(project);
            project.sql(leader, "CREATE TABLE commits (node text, at timestamptz DEFAULT now())");
            assertThat(overTheProxy(project)).isFalse();

            for (String node : NODES) {
                project.compose("exec", "-d", node, "bash", "-c", COMMIT_FOR_EVER).succeeded();
            }
            Eventually.happens(
                    "commits on the leader", () -> list(project), () -> last(project, leader) > 0);
            String container = project.compose("ps", "-q", leader).succeeded().strip();
            String network = project.name() + "_default";
            project.docker("network", "disconnect", network, container).succeeded();
            Eventually.happens(
                    "another leader that commits",
                    () -> project.compose("logs", "--tail", "50").output(),
                    () -> others(leader).stream().anyMatch(node -> last(project, node) > 0));
            long firstOfTheOther =
                    others(leader).stream().mapToLong(node -> first(project, node)).max().orElse(0);
            // Whatever the old one would still do, it has done by now.
            Eventually.happens(
                    "an old leader that is none any more",
                    () -> project.compose("logs", "--tail", "50", leader).output(),
                    () -> ask(project, leader, "SELECT pg_is_in_recovery()").equals("t"));
            assertThat(last(project, leader))
                    .as("the last commit beside the first, in nanoseconds")
                    .isLessThan(firstOfTheOther);

            project.docker("network", "connect", "--alias", leader, network, container).succeeded();
            Eventually.happens(
                    "the old leader streams",
                    () -> list(project),
                    () -> streaming(project).equals("2"));
        }
    }

    private static List<String> others(String leader) {
        return NODES.stream().filter(node -> !node.equals(leader)).toList();
    }

    private static String leader(ComposeProject project) {
        return NODES.stream()
                .filter(node -> ask(project, node, "SELECT pg_is_in_recovery()").equals("f"))
                .findFirst()
                .orElseThrow();
    }

    private static String streaming(ComposeProject project) {
        return NODES.stream()
                .map(node ->
                        ask(
                                project,
                                node,
                                "SELECT count(*) FROM pg_stat_replication WHERE state ="
                                        + " 'streaming'"))
                .max(String::compareTo)
                .orElse("0");
    }

    /// Whatever it says: a member that restarts its server says that it cannot.
    private static String ask(ComposeProject project, String node, String query) {
        return project.compose("exec", "-T", node, "psql", "-XqAt", "-U", "admin", "-c", query)
                .output()
                .strip();
    }

    private static long last(ComposeProject project, String node) {
        return Long.parseLong(project.exec(node, "cat", "/tmp/last"));
    }

    /// When this node's own first commit was made; 0 when it made none.
    private static long first(ComposeProject project, String node) {
        String answer =
                project.sql(
                        node,
                        "SELECT coalesce((extract(epoch FROM min(at)) * 1e9)::bigint, 0) FROM"
                                + " commits WHERE node = '"
                                + node
                                + "'");
        return Long.parseLong(answer);
    }

    private static String list(ComposeProject project) {
        return project.compose("exec", "-T", "node1", "patronictl", "list").output();
    }

    /// Whether the server behind the port for writes is a standby.
    private static boolean overTheProxy(ComposeProject project) throws SQLException {
        String published = project.compose("port", "proxy", "5000").succeeded().strip();
        String url =
                "jdbc:postgresql://"
                        + DockerClientFactory.instance().dockerHostIpAddress()
                        + published.substring(published.lastIndexOf(':'))
                        + "/admin";
        try (Connection connection = DriverManager.getConnection(url, "admin", "admin");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
