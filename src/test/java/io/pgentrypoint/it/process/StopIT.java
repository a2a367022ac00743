package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A stop at each stage of a life, and an end that nobody asked for.
@Tag("timed")
class StopIT {

    private static final Duration SOON = Duration.ofSeconds(2);

    /// @return what it said
    private static String assertEndsSoon(Run run, String signal, int code) {
        long asked = System.nanoTime();
        run.signal(signal);
        Run.Ended ended = run.end();
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .as("time to end; it said: %s", run.said())
                .isLessThan(SOON);
        assertThat(ended.code()).as(ended.stderr()).isEqualTo(code);
        return ended.stderr();
    }

    @Test
    void a_replica_stops_while_it_waits_for_its_primary() throws IOException {
        try (ProcessNode replica = ProcessNode.replicaOf(RealCluster.freePort())) {
            Run run = replica.start();
            run.await("Waiting for the primary", 60);
            assertThat(assertEndsSoon(run, "TERM", 143)).contains("Stopped by TERM before");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Now: initdb with",
                "Now: start a bootstrap server",
                "Now: ensure role",
            })
    void a_primary_stops_while_it_is_made_and_the_next_start_makes_it(String stage)
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary().with("LOG_LEVEL", "debug")) {
            Run run = primary.start();
            run.await(stage, 60);
            assertEndsSoon(run, "TERM", 143);
            assertThat(primary.data.resolve("global")).doesNotExist();
            assertThat(primary.call("init").code()).isZero();
            assertThat(primary.data.resolve("global/pg_control")).exists();
            assertThat(new Layout(primary.data).journal()).doesNotExist();
        }
    }

    @Test
    void a_replica_stops_while_it_clones_and_the_next_start_clones_again() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port).with("LOG_LEVEL", "debug")) {
            Run server = primary.made().serve();
            // Some seconds of copying.
            primary.sql(
                    "CREATE TABLE t AS SELECT n, repeat('x', 1000) FROM generate_series(1, 200000) n");
            Run run = replica.start();
            run.await("Now: clone", 60);
            assertEndsSoon(run, "INT", 130);
            assertThat(replica.data.resolve("global")).doesNotExist();
            Run again = replica.start();
            again.await("started streaming WAL from primary", 60);
            assertThat(replica.ask("SELECT count(*) FROM t")).isEqualTo("200000");
            assertThat(again.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void a_running_server_is_stopped_cleanly_and_its_sessions_are_ended() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            assertThat(assertEndsSoon(run, "INT", 0)).contains("database system is shut down");
            Run again = node.serve();
            assertThat(again.said()).doesNotContain("was interrupted", "not properly shut down");
            assertEndsSoon(again, "TERM", 0);
        }
    }

    @Test
    void the_code_of_a_killed_server_is_passed_on_and_nothing_restarts_it() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.serve();
            // PID 1 has seen it ready too: before that it is a server that does not start.
            Run.Ended _ = node.awaitHealth(0);
            long postmaster =
                    Long.parseLong(
                            Files.readAllLines(node.data.resolve("postmaster.pid")).getFirst());
            Run.kill("KILL", List.of(postmaster));
            Run.Ended ended = run.end();
            assertThat(ended.code()).isEqualTo(137);
            assertThat(ended.stderr()).contains("the server ended by itself with code 137");
            // Once on the bootstrap socket, once for good; the last words repeat both.
            assertThat(ended.stdout()).containsOnlyOnce("starting PostgreSQL");
            assertThat(ended.stderr().lines())
                    .filteredOn(line -> !line.contains("[entrypoint]"))
                    .filteredOn(line -> line.contains("starting PostgreSQL"))
                    .hasSize(1);
            Run again = node.serve();
            assertEndsSoon(again, "TERM", 0);
        }
    }
}
