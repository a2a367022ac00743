package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that serves is healthy, whatever has become of the login by which it is asked.
class HealthWithoutLoginIT {

    private static JsonObject status(ProcessNode node) {
        return JsonParser.parseString(node.call("status", "--format", "json").stdout())
                .getAsJsonObject();
    }

    /// A reload takes its time, and an answer from before counts for a second.
    private static JsonObject statusWithoutLogin(ProcessNode node) {
        return Eventually.answers(
                "the login is refused", () -> status(node), status -> status.has("notKnown"));
    }

    private static int fatals(Run run) {
        return run.said().split("FATAL: ", -1).length - 1;
    }

    /// However often it is asked.
    private static void assertHealthyWithoutDetails(ProcessNode node, Run run, String why) {
        assertHealthyWithoutDetails(node, why);
        int fatals = fatals(run);
        for (int i = 0; i < 3; i++) {
            assertThat(node.call("healthcheck").stdout()).isEqualTo("healthy\n");
        }
        assertThat(fatals(run)).as(run.said()).isEqualTo(fatals);
        assertThat(run.said().split("Cannot ask the server for its state", -1)).hasSize(2);
    }

    private static void assertHealthyWithoutDetails(ProcessNode node, String why) {
        JsonObject status = statusWithoutLogin(node);
        Run.Ended check = node.call("healthcheck");
        assertThat(check.stdout()).isEqualTo("healthy\n");
        assertThat(check.code()).isZero();
        assertThat(status.get("healthy").getAsBoolean()).isTrue();
        assertThat(status.get("role").getAsString()).isEqualTo("primary");
        assertThat(status.get("notKnown").getAsString()).contains(why);
        assertThat(status.keySet())
                .contains("serverStartedAt")
                .doesNotContain("standbys", "slots", "wal", "writable", "timeline");
        assertThat(node.call("status").stdout()).contains("not known").contains(why);
    }

    private static void reload(ProcessNode node) {
        node.sql("SELECT pg_reload_conf()");
    }

    /// Sessions of one connection: the server has read its files when it takes the next.
    private static void rules(ProcessNode node, String... lines) throws IOException {
        Files.writeString(node.data.resolve("pg_hba.conf"), String.join("\n", lines) + "\n");
        reload(node);
    }

    @Test
    void a_password_that_was_changed_by_alter_role_is_not_needed() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            node.sql("ALTER ROLE postgres PASSWORD 'rotated'");
            rules(node, "local all all scram-sha-256");
            assertHealthyWithoutDetails(node, run, "password authentication failed");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void rules_that_let_nobody_in_by_the_socket_are_no_illness() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            rules(node, "host all all all scram-sha-256");
            assertHealthyWithoutDetails(node, run, "pg_hba.conf");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_superuser_of_another_name_is_no_illness() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            assertThat(node.made().serve().stop().code()).isZero();
            Run run = node.with("POSTGRES_USER", "somebody").serve();
            assertHealthyWithoutDetails(node, run, "role \"somebody\" does not exist");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_user_who_may_not_see_statistics_is_no_illness() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            node.sql("CREATE ROLE other SUPERUSER LOGIN");
            node.sql("CREATE ROLE asked LOGIN");
            assertThat(run.stop().code()).isZero();
            run = node.with("POSTGRES_USER", "asked").serve();
            assertHealthyWithoutDetails(node, run, "pg_read_all_stats");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_server_without_a_free_connection_is_healthy() throws IOException, SQLException {
        List<Connection> taken = new ArrayList<>();
        try (ProcessNode node =
                ProcessNode.standalone()
                        .with("POSTGRES_CONF_max_connections", "5")
                        .with("POSTGRES_CONF_max_wal_senders", "0")
                        .with("POSTGRES_CONF_autovacuum", "off")) {
            Run run = node.made().serve();
            LocalServer server = new LocalServer(node.sockets(), node.port);
            while (taken.size() < 5) {
                try {
                    taken.add(server.open("postgres", Optional.empty(), "postgres"));
                } catch (SQLException e) {
                    // One of ours has not ended yet.
                    run.leave(Duration.ofMillis(20));
                }
            }
            assertHealthyWithoutDetails(node, run, "too many clients");
            for (Connection each : taken) {
                each.close();
            }
            assertThat(run.stop().code()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@pgentrypoint-%d"})
    void a_server_without_a_socket_file_is_asked_over_tcp(String directories) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            String argument = "unix_socket_directories=" + directories.formatted(node.port);
            Run run = node.start("postgres", "-c", argument);
            awaitHealthy(node, run);
            JsonObject status = status(node);
            assertThat(status.get("wal").getAsString()).contains("/");
            assertThat(status.has("notKnown")).isFalse();
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_server_with_an_abstract_socket_alone_is_healthy() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run =
                    node.start(
                            "postgres",
                            "-c",
                            "unix_socket_directories=@pgentrypoint-" + node.port,
                            "-c",
                            "listen_addresses=");
            awaitHealthy(node, run);
            assertHealthyWithoutDetails(node, "abstract");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_socket_in_a_relative_directory_is_found() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.start("postgres", "-c", "unix_socket_directories=.");
            awaitHealthy(node, run);
            assertThat(status(node).has("notKnown")).isFalse();
            assertThat(run.stop().code()).isZero();
        }
    }

    private static void awaitHealthy(ProcessNode node, Run run) {
        Run.Ended _ = node.awaitHealth(0);
        assertThat(run.alive()).as(run.said()).isTrue();
    }

    @Test
    void a_replica_that_cannot_be_asked_is_ready_while_its_receiver_streams() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port).with("POSTGRES_USER", "somebody")) {
            Run first = primary.made().serve();
            Run run = replica.start();
            run.await("started streaming WAL from primary", 60);
            awaitHealthy(replica, run);
            JsonObject status = status(replica);
            assertThat(status.get("role").getAsString()).isEqualTo("replica");
            assertThat(status.get("receiver").getAsString()).isEqualTo("streaming");
            assertThat(status.keySet()).contains("notKnown").doesNotContain("lagBytes");
            assertThat(first.stop().code()).isZero();
            assertThat(replica.awaitHealth(1).stdout())
                    .contains("does not stream from its primary");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_server_that_does_not_answer_is_not_healthy_although_no_login_is_tried()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            rules(node, "host all all all scram-sha-256");
            assertHealthyWithoutDetails(node, run, "pg_hba.conf");
            long server = Long.parseLong(first(node.data.resolve("postmaster.pid")));
            Run.kill("STOP", List.of(server));
            // An answer counts for a second.
            assertThat(node.awaitHealth(1).stdout())
                    .startsWith("not healthy: the server does not answer");
            Run.kill("CONT", List.of(server));
            awaitHealthy(node, run);
            assertThat(run.stop().code()).isZero();
        }
    }

    private static String first(Path file) throws IOException {
        return Files.readAllLines(file).getFirst();
    }
}
