package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each endpoint in each phase, over real servers.
class ProbesIT {

    private static ProbedNode primary() throws IOException {
        return ProbedNode.start(ProcessNode.primary().made());
    }

    private static ProbedNode replicaOf(int port) throws IOException {
        return ProbedNode.start(
                ProcessNode.replicaOf(port)
                        .with("REPLICA_NAME", "replica \"one\"")
                        .with("REPLICATION_SLOT", "one"));
    }

    private static JsonObject status(ProbedNode node) throws IOException, InterruptedException {
        String said = node.says("status", "--format", "json");
        assertThat(said).startsWith("0\n");
        return JsonParser.parseString(said.substring(said.indexOf('{'))).getAsJsonObject();
    }

    @Test
    void a_replica_without_a_primary_is_alive_and_says_what_it_waits_for()
            throws IOException, InterruptedException {
        try (ProbedNode replica = replicaOf(RealCluster.freePort())) {
            HttpResponse<String> answer =
                    replica.await("/startupz", found -> found.body().contains("nothing listens"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).startsWith("waiting for the primary: 127.0.0.1:");
            assertThat(replica.code("/livez")).isEqualTo(200);
            assertThat(replica.code("/readyz")).isEqualTo(503);
            assertThat(replica.code("/replica")).isEqualTo(503);
            assertThat(replica.get("/metrics").body())
                    .contains("pg_entrypoint_phase{phase=\"waiting\"} 1\n", "pg_entrypoint_up 0\n");
            assertThat(replica.says("healthcheck"))
                    .startsWith("1\nnot healthy: waiting for the primary");
            assertThat(status(replica).get("why").getAsString()).contains("nothing listens");
            assertThat(replica.run().stop().code()).isEqualTo(143);
        }
    }

    /// As a primary that is idle for its clients writes WAL all the same, and no commit with it.
    @Test
    void a_lag_that_nobody_can_know_is_absent_and_too_much()
            throws IOException, InterruptedException {
        try (ProbedNode primary = primary()) {
            primary.awaitCode("/readyz", 200);
            try (ProbedNode replica = replicaOf(primary.port())) {
                replica.awaitCode("/replica?max_lag=5s", 200);
                replica.sql("SELECT pg_wal_replay_pause()");
                primary.sql("SELECT pg_logical_emit_message(false, 'x', repeat('y', 200000))");

                replica.awaitCode("/readyz?max_lag=100kB", 503);
                HttpResponse<String> answer = replica.get("/readyz?max_lag=5s");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("cannot know its lag in time");
                assertThat(replica.code("/readyz")).isEqualTo(200);
                assertThat(replica.get("/metrics").body())
                        .contains("pg_entrypoint_replay_paused 1\n")
                        .containsPattern("(?m)^pg_entrypoint_replay_lag_bytes [1-9]")
                        .doesNotContain("replay_lag_seconds");
                JsonObject status = status(replica);
                assertThat(status.get("lagBytes").getAsLong()).isGreaterThan(100_000);
                assertThat(status.has("lagSeconds")).isFalse();
                assertThat(status.get("replay").getAsString()).startsWith("paused: ");
                assertThat(replica.says("status")).contains("behind, time not known");

                replica.sql("SELECT pg_wal_replay_resume()");
                replica.awaitCode("/readyz?max_lag=5s", 200);
                assertThat(status(replica).has("replay")).isFalse();
            }
        }
    }

    @Test
    void a_replica_gets_ready_by_a_clone_and_is_not_without_its_primary()
            throws IOException, InterruptedException {
        try (ProbedNode primary = primary();
                GatedProxy way = new GatedProxy(primary.port())) {
            primary.awaitCode("/readyz", 200);
            way.closeAfter(1 << 20);
            try (ProbedNode replica = replicaOf(way.port())) {
                // The primary reports once a second, so the clone has to last that long.
                HttpResponse<String> cloning =
                        replica.await(
                                "/startupz",
                                found -> {
                                    way.allow(64 << 10);
                                    return found.body().contains("%, ");
                                });
                assertThat(cloning.statusCode()).isEqualTo(200);
                assertThat(cloning.body()).startsWith("cloning the primary: ");
                assertThat(replica.code("/livez")).isEqualTo(200);
                assertThat(replica.get("/readyz").body()).startsWith("not ready: cloning");
                assertThat(replica.get("/metrics").body())
                        .contains("pg_entrypoint_phase{phase=\"cloning\"} 1\n")
                        .containsPattern("(?m)^pg_entrypoint_clone_total_bytes [1-9]");
                assertThat(status(replica).getAsJsonObject("clone").get("totalBytes").getAsLong())
                        .isPositive();
                way.open();

                replica.awaitCode("/replica?max_lag=1MB", 200);
                assertThat(replica.code("/startupz")).isEqualTo(200);
                assertThat(replica.code("/readyz?max_lag=10MB&max_lag=60s")).isEqualTo(200);
                assertThat(replica.code("/primary")).isEqualTo(503);
                assertThat(replica.get("/metrics").body())
                        .contains("pg_entrypoint_role{role=\"replica\"} 1\n")
                        .contains("pg_entrypoint_streaming 1\n")
                        .containsPattern("(?m)^pg_entrypoint_replay_lag_bytes 0$");
                assertThat(replica.says("healthcheck")).isEqualTo("0\nhealthy\n");
                assertPage(replica, primary);
                HttpResponse<String> metrics =
                        primary.await("/metrics", found -> found.body().contains("standby_lag"));
                assertThat(metrics.body())
                        .contains("application_name=\"replica \\\"one\\\"\"")
                        .contains("pg_entrypoint_slot_active{slot=\"one\",type=\"physical\"");
                assertThat(status(primary).getAsJsonArray("standbys")).hasSize(1);
                assertThat(primary.says("status")).contains("standby   replica \"one\" at 127");

                assertThat(primary.run().stop().code()).isZero();
                replica.awaitCode("/readyz", 503);
                assertThat(replica.get("/replica").body())
                        .startsWith("not ready: does not stream from its primary");
                assertThat(replica.code("/livez")).isEqualTo(200);
                assertThat(replica.code("/startupz")).isEqualTo(200);
                assertThat(replica.get("/metrics").body())
                        .contains("pg_entrypoint_up 1\n", "pg_entrypoint_ready 0\n")
                        .doesNotContain("replay_lag_seconds ");
            }
        }
    }

    /// The nodes that `entrypoint cluster` prints, with its words.
    private static void assertPage(ProbedNode replica, ProbedNode primary)
            throws IOException, InterruptedException {
        HttpResponse<String> page =
                replica.await(
                        "/", found -> found.body().contains("<td>primary</td><td>running</td>"));
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none';");
        assertThat(page.headers().map()).doesNotContainKey("set-cookie");
        assertThat(page.body())
                .contains(
                        "<th scope=\"row\">this node *</th><td>replica</td><td>streaming</td>",
                        "role=\"status\">healthy: replica</p>",
                        "<dt>Lag</dt><dd>0 B",
                        "WAL that this node has not replayed: 0 B at last",
                        "[entrypoint] INFO ")
                .doesNotContain(ProcessNode.PASSWORD, "w:o$r#d", ">super<");
        HttpResponse<String> alone =
                primary.await("/", found -> found.body().contains("healthy: primary"));
        assertThat(alone.body())
                .contains(
                        "The environment names no other node", "<dt>Standbys</dt><dd>1 connected");
    }

    @Test
    void a_primary_is_ready_until_it_is_asked_to_stop() throws IOException, InterruptedException {
        try (ProbedNode primary = primary();
                GatedProxy way = new GatedProxy(primary.port())) {
            primary.await("/readyz", found -> found.body().contains("preparing"));
            assertThat(primary.says("healthcheck")).startsWith("1\n");
            primary.awaitCode("/primary", 200);
            assertThat(primary.code("/replica")).isEqualTo(503);
            assertThat(primary.code("/readyz?max_lag=0B")).isEqualTo(200);
            try (ProbedNode replica = replicaOf(way.port())) {
                replica.awaitCode("/readyz", 200);
                // The shutdown checkpoint does not arrive, so the primary waits for its receipt.
                way.closeAfter(0);
                primary.run().signal("TERM");
                HttpResponse<String> stopping =
                        primary.await("/readyz", found -> found.statusCode() == 503);
                assertThat(stopping.body()).startsWith("not ready: the server is stopping");
                assertThat(primary.code("/primary")).isEqualTo(503);
                assertThat(primary.code("/livez")).isEqualTo(200);
                assertThat(primary.code("/startupz")).isEqualTo(200);
                assertThat(primary.get("/metrics").body())
                        .contains("pg_entrypoint_phase{phase=\"stopping\"} 1\n");
                way.open();
                assertThat(primary.run().end().code()).isZero();
            }
        }
    }

    @Test
    void a_wrong_path_method_or_limit_is_said_to_be_wrong()
            throws IOException, InterruptedException {
        try (ProbedNode node =
                ProbedNode.start(ProcessNode.standalone().made().with("PROBE_PAGE", "off"))) {
            node.awaitCode("/livez", 200);
            for (String path :
                    new String[] {"/", "/readyz/", "/readyz2", "/metrics/x", "//readyz"}) {
                assertThat(node.code(path)).as(path).isEqualTo(404);
            }
            for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS"}) {
                HttpResponse<String> answer = node.send(method, "/readyz");
                assertThat(answer.statusCode()).as(method).isEqualTo(405);
                assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
            }
            assertThat(node.get("/replica?max_lag=much").statusCode()).isEqualTo(400);
            HttpResponse<String> head = node.send("HEAD", "/livez");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(node.get("/metrics").headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
        }
    }

    @Test
    void a_server_that_hangs_or_accepts_no_writes_is_not_ready_and_its_node_is_alive()
            throws IOException, InterruptedException {
        try (ProbedNode node = primary()) {
            node.awaitCode("/readyz", 200);
            node.sql("ALTER SYSTEM SET default_transaction_read_only = on");
            node.sql("SELECT pg_reload_conf()");
            HttpResponse<String> readOnly =
                    node.await("/primary", found -> found.statusCode() == 503);
            assertThat(readOnly.body()).contains("default_transaction_read_only");
            node.signalServer("STOP");
            try {
                Instant asked = Instant.now();
                node.await("/readyz", found -> found.body().contains("did not answer"));
                assertThat(node.code("/livez")).isEqualTo(200);
                assertThat(node.says("healthcheck")).startsWith("1\nnot healthy: ");
                assertThat(Duration.between(asked, Instant.now())).isLessThan(LONGEST);
            } finally {
                node.signalServer("CONT");
            }
            node.await("/readyz", found -> found.body().contains("default_transaction_read_only"));
        }
    }

    @Test
    void a_replica_that_is_too_far_behind_is_not_ready_for_those_who_mind()
            throws IOException, InterruptedException {
        try (ProbedNode primary = primary()) {
            primary.awaitCode("/readyz", 200);
            try (ProbedNode replica = replicaOf(primary.port())) {
                replica.awaitCode("/replica?max_lag=1MB", 200);
                // A lag in time is the age of a commit.
                primary.sql("CREATE TABLE before ()");
                replica.await("/metrics", found -> found.body().contains("replayed_commit_time"));
                replica.sql("SELECT pg_wal_replay_pause()");
                primary.sql(
                        "CREATE TABLE t AS SELECT repeat('x', 100) FROM generate_series(1, 50000)");
                HttpResponse<String> late =
                        replica.await("/readyz?max_lag=1MB", found -> found.statusCode() == 503);
                assertThat(late.body())
                        .startsWith("not ready: is ")
                        .contains(" behind, more than 1.0 MB");
                assertThat(replica.code("/replica?max_lag=1MB")).isEqualTo(503);
                assertThat(replica.code("/readyz?max_lag=1GB")).isEqualTo(200);
                assertThat(replica.code("/readyz")).isEqualTo(200);
                assertThat(replica.says("status"))
                        .containsPattern("lag +[0-9.]+ MB behind, [0-9.]+ m?s");
                replica.sql("SELECT pg_wal_replay_resume()");
                replica.awaitCode("/readyz?max_lag=1MB&max_lag=1s", 200);
            }
        }
    }

    /// The engine kills a check that takes longer than its timeout of 5 s, and might leave it
    /// behind.
    @Tag("timed")
    @Test
    void a_healthcheck_of_a_node_that_is_frozen_ends_by_itself_and_in_time()
            throws IOException, InterruptedException {
        try (ProbedNode node = primary()) {
            node.awaitCode("/readyz", 200);
            node.run().signal("STOP");
            try {
                Instant asked = Instant.now();
                assertThat(node.says("healthcheck"))
                        .isEqualTo("1\nnot healthy: the entrypoint does not answer\n");
                assertThat(Duration.between(asked, Instant.now())).isBetween(FOUR, FIVE);
            } finally {
                node.run().signal("CONT");
            }
            node.awaitCode("/readyz", 200);
        }
    }

    private static final Duration FOUR = Duration.ofSeconds(4);
    // The engine's.
    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(30);
}
