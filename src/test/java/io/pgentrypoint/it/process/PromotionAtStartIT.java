package io.pgentrypoint.it.process;

import static io.pgentrypoint.kit.Standby.ROWS;
import static io.pgentrypoint.kit.Standby.assertPromoted;
import static io.pgentrypoint.kit.Standby.histories;
import static io.pgentrypoint.kit.Standby.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Standby;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A standby's volume in the hands of another mode: it is promoted onto a timeline of its own,
/// whatever happened to an earlier attempt.
class PromotionAtStartIT {

    @Test
    void a_standby_is_detached_while_its_primary_goes_on_and_never_follows_it_again()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node =
                        ProcessNode.replicaOf(primary.port).with("REPLICATION_SLOT", "auto")) {
            Run server = Standby.serve(primary, node);
            primary.sql("INSERT INTO t VALUES (0)");

            node.asStandalone().with("REPLICATION_SLOT", "");
            Run run = node.serve();
            assertThat(run.said())
                    .contains("THIS STANDBY IS PROMOTED")
                    .contains("SELECT pg_drop_replication_slot('replica')")
                    .contains("Promoted: the old timeline ended at 0/");
            assertPromoted(node, 2);
            assertThat(histories(node)).containsExactly("00000002.history");
            assertThat(node.ask(ROWS)).as("what arrived here").isEqualTo("10000");
            node.sql("INSERT INTO t VALUES (-1), (-2)");
            assertThat(primary.ask(ROWS)).isEqualTo("10001");
            assertThat(run.stop().code()).isZero();

            Run again = node.serve();
            assertThat(again.said()).contains("nothing, everything is as it should be");
            assertThat(node.ask(ROWS)).isEqualTo("10002");
            assertThat(again.stop().code()).isZero();

            node.with("HA_MODE", "native")
                    .with("REPLICATION_ROLE", "replica")
                    .with("REPLICATION_PASSWORD", ProcessNode.PASSWORD)
                    .with("PRIMARY_HOST", "127.0.0.1")
                    .with("PRIMARY_PORT", String.valueOf(primary.port));
            Run.Ended stale = node.start().end();
            assertThat(stale.code()).as(stale.stderr()).isEqualTo(76);
            assertThat(stale.stderr())
                    .contains("it was promoted to timeline 2")
                    .contains("is on timeline 1")
                    .contains("set REPLICATION_ROLE=primary");
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void a_standby_takes_over_as_a_native_primary_and_has_replicas_of_its_own() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node = ProcessNode.replicaOf(primary.port);
                ProcessNode other = ProcessNode.replicaOf(node.port)) {
            Run server = Standby.serve(primary, node);
            assertThat(server.stop().code()).isZero();

            Run run = node.asPrimary().serve();
            assertPromoted(node, 2);
            Run following = other.start();
            following.await("started streaming WAL from primary", 60);
            assertThat(other.ask(ROWS)).isEqualTo("10000");
            assertThat(new Layout(other.data).nodeState()).content().contains("role=replica");
            assertThat(following.stop().code()).isZero();
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_clone_that_was_never_started_is_promoted_too() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node = ProcessNode.replicaOf(primary.port)) {
            Run server = primary.serve();
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
            assertThat(node.call("init").code()).isZero();
            assertThat(node.data.resolve("backup_label")).exists();
            Run run = node.asPrimary().serve();
            assertPromoted(node, 2);
            assertThat(node.ask(ROWS)).isEqualTo("10000");
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void what_lacks_wal_to_become_consistent_is_refused_and_can_still_get_it_as_a_replica()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode node = ProcessNode.replicaOf(primary.port)) {
            Run server = primary.serve();
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
            assertThat(node.call("init").code()).isZero();
            // What the clone streamed beside its files, which must reach to their end.
            try (Stream<Path> wal = Files.list(node.data.resolve("pg_wal"))) {
                for (Path segment : wal.filter(Files::isRegularFile).toList()) {
                    Files.delete(segment);
                }
            }
            Run.Ended refused = node.asPrimary().call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr()).contains("Nothing was promoted");
            assertThat(new Layout(node.data).standbySignal()).exists();
            assertThat(histories(node)).isEmpty();

            Run run = node.with("REPLICATION_ROLE", "replica").start();
            run.await("ready to accept read-only connections", 60);
            assertThat(node.ask(ROWS)).isEqualTo("10000");
            assertThat(record(node).promotingFrom()).isEmpty();
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    private static ProcessNode copy(ProcessNode standby, int primaryPort) throws IOException {
        return ProcessNode.replicaOf(primaryPort).on(standby.data);
    }

    /// Written as the executor does before it begins.
    private static void begin(ProcessNode node) throws IOException {
        Path file = new Layout(node.data).nodeState();
        Files.writeString(file, record(node).promoting(1).text());
    }

    /// The server removes it before it writes the history file.
    @Test
    void a_crash_between_the_removal_of_the_signal_and_the_new_timeline_is_repeated_with_our_mark()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode standby = ProcessNode.replicaOf(primary.port)) {
            Run server = Standby.serve(primary, standby);
            Run run = standby.start();
            run.await("started streaming WAL from primary", 60);
            run.kill();
            assertThat(server.stop().code()).isZero();
            Files.delete(new Layout(standby.data).standbySignal());

            Run.Ended unknown = standby.asPrimary().call("init");
            assertThat(unknown.code()).as(unknown.stderr()).isEqualTo(76);
            assertThat(unknown.stderr()).contains("has lost its standby.signal");

            begin(standby);
            Run.Ended stale = standby.with("REPLICATION_ROLE", "replica").call("init");
            assertThat(stale.code()).as(stale.stderr()).isEqualTo(76);
            assertThat(stale.stderr()).contains("was begun and has not ended");

            Run again = standby.asPrimary().serve();
            assertPromoted(standby, 2);
            assertThat(standby.ask(ROWS)).isEqualTo("10000");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void a_promotion_that_ended_before_we_wrote_it_down_is_verified_and_not_repeated()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode standby = ProcessNode.replicaOf(primary.port)) {
            Run server = Standby.serve(primary, standby);
            assertThat(server.stop().code()).isZero();
            Run run = standby.start();
            run.await("ready to accept read-only connections", 60);
            standby.ask("SELECT pg_promote()");
            run.kill();
            begin(standby);

            Run again = standby.asPrimary().serve();
            assertPromoted(standby, 2);
            assertThat(histories(standby)).containsExactly("00000002.history");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void a_promotion_by_hand_is_noticed_at_the_next_start() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode standby = ProcessNode.replicaOf(primary.port)) {
            Run server = Standby.serve(primary, standby);
            Run run = standby.start();
            run.await("started streaming WAL from primary", 60);
            assertThat(standby.ask("SELECT pg_promote()")).isEqualTo("t");
            assertThat(run.stop().code()).isZero();

            Run.Ended stale = standby.start().end();
            assertThat(stale.code()).as(stale.stderr()).isEqualTo(76);
            assertThat(stale.stderr()).contains("it was promoted by hand");
            Run again = standby.asPrimary().serve();
            assertThat(again.said()).contains("it was promoted by hand");
            assertThat(record(standby).role()).isEqualTo(NodeState.Role.PRIMARY);
            assertThat(again.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    private static void awaitReceived(ProcessNode primary, ProcessNode standby, Run run) {
        String written = primary.ask("SELECT pg_current_wal_flush_lsn()");
        while (!standby.ask("SELECT pg_last_wal_receive_lsn() >= '" + written + "'").equals("t")) {
            run.leave(Duration.ofMillis(20));
        }
    }

    @Test
    void wal_that_raises_what_a_standby_needs_stops_no_promotion() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode standby = ProcessNode.replicaOf(primary.port)) {
            Run server = Standby.serve(primary, standby);
            assertThat(server.stop().code()).isZero();
            server = primary.with("POSTGRES_CONF_max_connections", "150").serve();
            primary.sql("INSERT INTO t VALUES (0)");
            assertThat(server.stop().code()).isZero();
            // As an archive would bring it.
            RealCluster.execute(
                    List.of(
                            "cp",
                            "-a",
                            primary.data.resolve("pg_wal") + "/.",
                            standby.data.resolve("pg_wal").toString()));

            Run again = standby.asPrimary().serve();
            assertThat(again.said()).contains("with the higher settings that its primary has");
            assertThat(standby.ask(ROWS)).isEqualTo("10001");
            assertPromoted(standby, 2);
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void a_recovery_target_is_where_the_new_timeline_begins_and_one_that_is_not_reached_is_refused()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode standby = ProcessNode.replicaOf(primary.port)) {
            Run server = Standby.serve(primary, standby);
            Run run = standby.start();
            run.await("started streaming WAL from primary", 60);
            standby.ask("SELECT pg_wal_replay_pause()::text");
            primary.ask("SELECT pg_create_restore_point('before the accident')");
            primary.sql("DROP TABLE t");
            awaitReceived(primary, standby, run);
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();

            try (ProcessNode node = copy(standby, primary.port).asPrimary()) {
                node.with("POSTGRES_CONF_recovery_target_name", "never made");
                Run.Ended refused = node.call("init");
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
                assertThat(refused.stderr()).contains("Nothing was promoted");
            }
            standby.asPrimary().with("POSTGRES_CONF_recovery_target_name", "before the accident");
            standby.with("POSTGRES_CONF_recovery_min_apply_delay", "1h");
            Run again = standby.serve();
            assertThat(standby.ask(ROWS)).as(again.said()).isEqualTo("10000");
            assertPromoted(standby, 2);
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void a_replica_keeps_its_name_and_its_slot_when_its_host_name_changes() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port).with("REPLICATION_SLOT", "auto")) {
            Run server = Standby.serve(primary, replica);
            // Without REPLICA_NAME it would be this machine's.
            Run run = replica.with("REPLICA_NAME", "").start();
            run.await("started streaming WAL from primary", 60);
            assertThat(primary.ask("SELECT application_name FROM pg_stat_replication"))
                    .isEqualTo("replica");
            assertThat(primary.ask("SELECT string_agg(slot_name, ' ') FROM pg_replication_slots"))
                    .isEqualTo("replica");
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }
}
