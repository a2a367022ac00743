package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `promote` of a replica that runs, by another process, as `docker exec` does it.
class PromoteIT {

    private static final String ROWS = "SELECT count(*) FROM t";

    private static Run streams(ProcessNode replica) {
        Run run = replica.start();
        run.await("started streaming WAL from primary", 60);
        return run;
    }

    private static void caughtUp(ProcessNode primary, ProcessNode replica) {
        String written = primary.ask("SELECT pg_current_wal_lsn()");
        Pair.await(replica, "SELECT pg_last_wal_replay_lsn() >= '" + written + "'", "t");
    }

    private static void populate(ProcessNode primary) {
        primary.sql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
    }

    /// Not replayed.
    private static void received(ProcessNode primary, ProcessNode replica) {
        String written = primary.ask("SELECT pg_current_wal_flush_lsn()");
        Pair.await(replica, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'", "t");
    }

    private static NodeState record(ProcessNode node) throws IOException {
        return NodeState.parse(Files.readString(new Layout(node.data).nodeState()));
    }

    @Test
    void a_replica_takes_over_from_a_primary_that_is_gone_and_stays_one() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node =
                        ProcessNode.replicaOf(primary.port).with("REPLICATION_SLOT", "auto")) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            assertThat(server.stop().code()).isZero();

            Run.Ended done = node.call("promote");
            assertThat(done.code()).as(done.stdout() + done.stderr()).isZero();
            assertThat(done.stdout())
                    .contains("nothing to replay")
                    .contains("promoted: timeline 1 ended at 0/")
                    .contains("takes writes on timeline 2")
                    .contains("set REPLICATION_ROLE=primary")
                    .contains("SELECT pg_drop_replication_slot('replica')");
            assertThat(node.ask(ROWS)).isEqualTo("10000");
            node.sql("INSERT INTO t VALUES (0)");
            assertThat(node.ask("SELECT timeline_id FROM pg_control_checkpoint()"))
                    .as("after the checkpoint")
                    .isEqualTo("2");
            assertThat(node.ask("SHOW primary_conninfo")).isEmpty();
            assertThat(node.ask("SHOW primary_slot_name")).isEmpty();
            assertThat(node.data.resolve("pg_wal/00000002.history")).content().startsWith("1\t0/");
            assertThat(record(node).promotion().orElseThrow().to()).isEqualTo(2);
            assertThat(node.call("healthcheck").code()).isZero();
            assertThat(node.call("status").stdout()).contains("primary");

            Run.Ended again = node.call("promote");
            assertThat(again.code()).isEqualTo(65);
            assertThat(again.stdout()).contains("a primary on timeline 2");

            run.signal("HUP");
            run.await("received SIGHUP, reloading", 30);
            assertThat(node.ask("SHOW primary_conninfo")).isEmpty();
            assertThat(run.stop().code()).isZero();

            Run primaryNow = node.serve();
            // What only a start may change in a file that the server has read.
            assertThat(primaryNow.said())
                    .contains("REPLICATION_ROLE=replica is from before")
                    .contains("1. write entrypoint.conf")
                    .doesNotContain("primary_conninfo");
            assertThat(node.ask(ROWS)).isEqualTo("10001");
            assertThat(primaryNow.stop().code()).isZero();
            primaryNow = node.with("REPLICATION_ROLE", "primary").serve();
            assertThat(primaryNow.said()).contains("nothing, everything is as it should be");
            assertThat(primaryNow.stop().code()).isZero();
        }
    }

    @Test
    void the_beginning_of_a_record_that_a_dead_primary_has_left_holds_up_no_promotion()
            throws IOException {
        try (ProcessNode primary =
                        ProcessNode.primary()
                                .with("POSTGRES_CONF_wal_writer_delay", "10s")
                                .with("POSTGRES_CONF_wal_writer_flush_after", "0");
                ProcessNode node = ProcessNode.replicaOf(primary.port)) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            // Of what no commit waits for, the WAL writer sends whole pages, and the rest later.
            String begun =
                    "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn() FROM pg_sleep(0.2)";
            do {
                primary.ask("SELECT pg_logical_emit_message(false, 'half', repeat('x', 20000))");
            } while (!node.ask(begun).equals("t") && run.alive());
            server.kill();

            Run.Ended done = node.call("promote");
            assertThat(done.code()).as(done.stdout() + done.stderr()).isZero();
            assertThat(node.ask(ROWS)).isEqualTo("10000");
            node.sql("INSERT INTO t VALUES (0)");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void it_refuses_while_the_primary_answers_unless_told() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node = ProcessNode.replicaOf(primary.port)) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);

            Run.Ended refused = node.call("promote");
            assertThat(refused.code()).as(refused.stdout()).isEqualTo(76);
            assertThat(refused.stdout())
                    .contains("may live: this replica is streaming from it right now")
                    .contains("--even-if-primary-answers");
            assertThat(record(node).promotingFrom()).isEmpty();
            assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");

            Run.Ended done = node.call("promote", "--even-if-primary-answers", "--timeout=30");
            assertThat(done.code()).as(done.stdout()).isZero();
            assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(primary.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
            node.sql("INSERT INTO t VALUES (0)");
            assertThat(run.stop().code()).isZero();

            // An environment from before would make it a standby again, of whom it replaced:
            // refused
            // beside that one, and overruled by what the volume knows once that one is gone.
            node.with("PEER_HOSTS", "127.0.0.1:" + primary.port);
            for (String consent : List.of("refuse", "rewind", "reclone")) {
                assertStale(node.with("REJOIN", consent));
            }
            assertThat(server.stop().code()).isZero();
            Run again = node.serve();
            assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(node.ask(ROWS)).isEqualTo("10001");
            assertThat(again.stop().code()).isZero();
        }
    }

    private static void assertStale(ProcessNode node) throws IOException {
        Run.Ended stale = node.call("run");
        assertThat(stale.code()).as(stale.stderr()).isEqualTo(76);
        assertThat(stale.stderr()).contains("is a primary of the same cluster already");
        assertThat(new Layout(node.data).standbySignal()).doesNotExist();
        assertThat(record(node).role()).isEqualTo(NodeState.Role.PRIMARY);
    }

    @Test
    void what_was_received_is_replayed_first_also_when_replay_is_paused() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node = ProcessNode.replicaOf(primary.port)) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            node.ask("SELECT pg_wal_replay_pause()::text");
            primary.sql("INSERT INTO t SELECT generate_series(1, 5000)");
            received(primary, node);
            server.kill();

            Run.Ended done = node.call("promote");
            assertThat(done.code()).as(done.stdout() + run.said()).isZero();
            assertThat(done.stdout()).contains("to replay").contains("paused or delayed");
            assertThat(node.ask(ROWS)).isEqualTo("15000");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void replay_that_is_held_up_by_a_query_is_waited_for_and_nothing_is_done_in_vain()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node =
                        ProcessNode.replicaOf(primary.port)
                                .with("POSTGRES_CONF_max_standby_streaming_delay", "-1")) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            try (Query held = new Query(node)) {
                held.open(ROWS);
                primary.sql("DROP TABLE t");
                received(primary, node);
                assertThat(server.stop().code()).isZero();
                Run.Ended refused = node.call("promote", "--timeout=2");
                assertThat(refused.code()).as(refused.stdout()).isEqualTo(69);
                assertThat(refused.stdout()).contains("cannot promote yet");
                assertThat(record(node).promotingFrom()).isEmpty();
            }
            assertThat(node.call("promote").code()).isZero();
            assertThat(run.stop().code()).isZero();
        }
    }

    /// Replay that is paused is not waited for beforehand, and the promotion ends the pause.
    @Test
    void a_promotion_that_lasts_longer_than_its_timeout_is_brought_to_its_end_by_pid_1()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node =
                        ProcessNode.replicaOf(primary.port)
                                .with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)")
                                .with("POSTGRES_CONF_max_standby_streaming_delay", "-1")) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            try (Query held = new Query(node)) {
                held.open(ROWS);
                node.ask("SELECT pg_wal_replay_pause()::text");
                primary.sql("DROP TABLE t; CREATE TABLE u AS SELECT 1 AS n");
                received(primary, node);
                assertThat(server.stop().code()).isZero();
                Run.Ended late = node.call("promote", "--timeout=2");
                assertThat(late.code()).as(late.stdout()).isEqualTo(69);
                assertThat(late.stdout()).contains("still in recovery after 2 s");
                assertThat(record(node).promotingFrom()).contains(1);
                assertThat(node.call("promote").code()).as("while it goes on").isEqualTo(75);
            }
            run.await("promote: promoted: timeline 1 ended at 0/", 60);
            run.await("Commits wait for no standby of ANY 1 (*) yet", 60);
            assertThat(record(node).promotion()).isPresent();
            assertThat(node.ask("SHOW primary_conninfo")).isEmpty();
            assertThat(node.ask("SELECT count(*) FROM u")).isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_stop_meanwhile_is_heeded_and_the_next_start_finishes_it() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node =
                        ProcessNode.replicaOf(primary.port)
                                .with("POSTGRES_CONF_max_standby_streaming_delay", "-1")) {
            Run server = primary.made().serve();
            populate(primary);
            Run run = streams(node);
            caughtUp(primary, node);
            try (Query held = new Query(node)) {
                held.open(ROWS);
                primary.sql("DROP TABLE t; CREATE TABLE u AS SELECT 1 AS n");
                String written = primary.ask("SELECT pg_current_wal_flush_lsn()");
                while (!node.ask("SELECT pg_last_wal_receive_lsn() >= '" + written + "'")
                        .equals("t")) {
                    run.leave(Duration.ofMillis(20));
                }
                assertThat(server.stop().code()).isZero();
                Run waiting = node.start("promote");
                run.await("promote: wait until", 30);
                assertThat(run.stop().code()).isZero();
                Run.Ended told = waiting.end();
                assertThat(told.code()).isNotZero();
                assertThat(told.stdout() + told.stderr()).containsAnyOf("being stopped", "hung up");
            }
            Run again = node.with("REPLICATION_ROLE", "primary").serve();
            assertThat(node.ask("SELECT count(*) FROM u")).isEqualTo("1");
            assertThat(record(node).promotion()).isPresent();
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void only_a_running_replica_is_promoted() throws IOException {
        try (ProcessNode primary = ProcessNode.primary().asOrdinaryUser()) {
            Run.Ended nobody = primary.call("promote");
            assertThat(nobody.code()).isEqualTo(69);
            assertThat(nobody.stderr()).contains("no entrypoint runs");
            Run run = primary.serve();
            Run.Ended refused = primary.call("promote");
            assertThat(refused.code()).isEqualTo(65);
            assertThat(refused.stdout()).contains("it is no replica, but a primary on timeline 1");
            assertThat(primary.call("promote", "--timeout=0").code()).isEqualTo(64);
            assertThat(run.stop().code()).isZero();
        }
    }
}
