package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Nodes with data that are asked to follow another one: each way in which they were parted, each
/// answer of REJOIN, and every row counted.
class RejoinIT {

    private static void assertIsReplicaWithSlot(ProcessNode former) throws IOException {
        assertThat(former.record())
                .isEqualTo(
                        NodeState.of(NodeState.Role.REPLICA)
                                .replica("former", Optional.of("former")));
        assertThat(former.ask("SHOW primary_slot_name")).isEqualTo("former");
    }

    @Test
    void a_primary_that_stopped_cleanly_follows_its_successor() throws IOException {
        try (Pair pair = Pair.create()) {
            Run[] runs = pair.serve();
            assertThat(runs[0].stop().code()).isZero();
            Pair.promote(pair.two());
            ProcessNode former = pair.former().with("REPLICATION_SLOT", "auto");
            assertThat(former.record().role()).isEqualTo(NodeState.Role.PRIMARY);
            assertThat(former.call("plan").stdout())
                    .contains("its history contains ours")
                    .contains("create standby.signal");
            Run run = former.serve();
            Pair.assertFollows(former, pair.two());
            assertIsReplicaWithSlot(former);
            assertThat(run.stop().code()).isZero();
            // From then on it is a standby like any other, also while its primary is down.
            assertThat(runs[1].stop().code()).isZero();
            Run alone = former.serve();
            assertThat(former.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(alone.stop().code()).isZero();
        }
    }

    @Test
    void a_primary_that_was_killed_with_nothing_unsent_follows_its_successor() throws IOException {
        try (Pair pair = Pair.create()) {
            Run[] runs = pair.serve();
            String written = pair.one().ask("SELECT pg_current_wal_flush_lsn()");
            Pair.await(
                    pair.two(),
                    "SELECT pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn",
                    "t");
            runs[0].kill();
            Pair.promote(pair.two());
            Run run = pair.former().serve();
            Pair.assertFollows(pair.one(), pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(runs[1].stop().code()).isZero();
        }
    }

    @Test
    void commits_that_only_it_has_are_shown_and_kept_until_someone_consents() throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            ProcessNode former = pair.former();
            String before = former.files().toString();
            Pair.assertRefused(
                    former.call("plan"),
                    "its history has diverged",
                    "6 commits",
                    "postgres: lost [",
                    "REJOIN=rewind");
            assertThat(former.files()).as("touched by nobody").hasToString(before);
            Pair.assertRefused(former.call("run"), "6 commits");

            Run run = former.with("REJOIN", "rewind").with("REPLICATION_SLOT", "auto").serve();
            assertThat(run.said()).contains("Rewound to").contains("WARN  the rewind throws away");
            Pair.assertFollows(former, pair.two());
            // The source's record, which pg_rewind has copied, says "replica" and its name.
            assertIsReplicaWithSlot(former);
            assertThat(run.stop().code()).isZero();
            assertThat(new Layout(former.data).staging().dataDirectory()).doesNotExist();
            assertThat(new Layout(former.data).journal()).doesNotExist();

            // The consent that stays in the environment does no harm.
            Run again = former.serve();
            Pair.assertFollows(former, pair.two());
            assertThat(again.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    @Test
    void a_rewind_outlives_a_setting_that_the_server_rejects() throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            ProcessNode former =
                    pair.former()
                            .with("REJOIN", "rewind")
                            .with("POSTGRES_CONF_work_mem", "nonsense");
            Run.Ended rejected = former.call("run");
            assertThat(rejected.code()).as(rejected.stderr()).isEqualTo(78);
            assertThat(rejected.stderr()).contains("Rewound to", "POSTGRES_CONF_work_mem");
            Run run = former.with("POSTGRES_CONF_work_mem", "5MB").serve();
            assertThat(run.said()).doesNotContain("pg_basebackup");
            Pair.assertFollows(former, pair.two());
            assertThat(Pair.replaced(former)).isEmpty();
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    @Test
    void a_clone_takes_the_place_of_what_diverged_and_the_old_data_is_kept() throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            ProcessNode former = pair.former().with("REJOIN", "reclone");
            Run run = former.serve();
            Pair.assertFollows(former, pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(Pair.replaced(former)).hasSize(1);
            assertThat(Pair.replaced(former).getFirst().resolve("global/pg_control")).exists();
            assertThat(run.said()).contains(Pair.replaced(former).getFirst().toString());
            Run again = former.serve();
            Pair.assertFollows(former, pair.two());
            assertThat(again.stop().code()).isZero();
            assertThat(Pair.replaced(former)).hasSize(1);
            assertThat(two.stop().code()).isZero();
        }
    }

    /// Nothing was lost, and an empty database would look like it.
    @Test
    void what_was_set_aside_for_a_clone_that_never_came_is_not_replaced_by_an_empty_cluster()
            throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            // The settings are checked when the clone is there, and fail it.
            ProcessNode former =
                    pair.former()
                            .with("REJOIN", "reclone")
                            .with("POSTGRES_CONF_work_mem", "nonsense");
            Run.Ended failed = former.call("run");
            assertThat(failed.code()).as(failed.stderr()).isEqualTo(78);
            assertThat(Pair.replaced(former)).hasSize(1);
            former.without("POSTGRES_CONF_work_mem");
            Pair.assertRefused(
                    former.with("REPLICATION_ROLE", "primary").call("run"),
                    "cannot create an empty cluster",
                    Pair.replaced(former).getFirst().toString());
            Run run = former.with("REPLICATION_ROLE", "replica").serve();
            Pair.assertFollows(former, pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    @Test
    void a_standby_that_diverged_is_never_started_and_can_be_rewound() throws IOException {
        try (Pair pair = Pair.create();
                ProcessNode third =
                        ProcessNode.replicaOf(pair.one().port).with("REPLICA_NAME", "third")) {
            Run[] runs = pair.serve();
            Run standby = third.serve();
            Pair.await(third, "SELECT count(*) FROM kept", "1000");
            // The third gets what the second does not.
            assertThat(runs[1].stop().code()).isZero();
            pair.one().sql("INSERT INTO lost SELECT generate_series(1, 500)");
            Pair.await(third, "SELECT count(*) FROM lost", "500");
            standby.kill();
            runs[0].kill();
            Run two = pair.two().serve();
            Pair.promote(pair.two());
            third.with("PRIMARY_PORT", String.valueOf(pair.two().port));
            Pair.assertRefused(third.call("run"), "diverged", "1 commit", "postgres: lost [");
            Path log = third.data.resolve("log");
            Files.writeString(
                    third.data.resolve("postgresql.auto.conf"),
                    "logging_collector = on\nlog_directory = '" + log + "'\n",
                    StandardOpenOption.APPEND);
            Run run = third.with("REJOIN", "rewind").serve();
            assertThat(log).as("of the recovery, while the cluster was away").doesNotExist();
            Pair.assertFollows(third, pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    @Test
    void a_node_that_is_newer_than_its_primary_says_so() throws IOException {
        try (Pair pair = Pair.create()) {
            Run[] runs = pair.serve();
            assertThat(runs[1].stop().code()).isZero();
            pair.one().sql("INSERT INTO kept SELECT generate_series(1, 1000)");
            assertThat(runs[0].stop().code()).isZero();
            // Not promoted: it is on the same timeline, and behind.
            Run two = pair.two().serve();
            Pair.assertRefused(
                    pair.former().with("REJOIN", "rewind").call("run"),
                    "this node is newer than 127.0.0.1:" + pair.two().port,
                    "further");
            Pair.promote(pair.two());
            assertThat(two.stop().code()).isZero();
            // The one left behind is started as the primary after all.
            pair.one().with("REPLICATION_ROLE", "primary").with("REJOIN", "");
            Run one = pair.one().serve();
            Pair.assertRefused(
                    pair.two().with("REJOIN", "reclone").call("run"),
                    "it was promoted by hand while it ran as a replica, and is a primary on"
                            + " timeline 2",
                    "127.0.0.1:" + pair.one().port + " is on timeline 1");
            assertThat(one.stop().code()).isZero();
        }
    }

    @Test
    void a_former_primary_without_anybody_to_ask_waits_and_never_guesses() throws IOException {
        try (Pair pair = Pair.create()) {
            pair.one().made();
            Run.Ended ended = pair.former().with("PRIMARY_WAIT", "1s").call("run");
            assertThat(ended.code()).as(ended.stderr()).isEqualTo(69);
            assertThat(ended.stderr()).contains("can tell whether it may");
            assertThat(new Layout(pair.one().data).standbySignal()).doesNotExist();
        }
    }

    @Test
    void a_rewind_without_the_rights_that_it_takes_is_refused_with_each_of_them()
            throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            pair.two().sql("REVOKE EXECUTE ON FUNCTION pg_read_binary_file(text) FROM replicator");
            ProcessNode former = pair.former().with("REJOIN", "rewind");
            String before = former.filesOfCluster().toString();
            Pair.assertRefused(
                    former.call("run"),
                    "replicator may not EXECUTE pg_read_binary_file(text)",
                    "REJOIN=reclone",
                    "nothing was touched");
            assertThat(former.filesOfCluster()).hasToString(before);
            assertThat(two.stop().code()).isZero();
        }
    }

    /// Whatever it said before, nothing of it is worth moving a cluster away.
    @Test
    void a_primary_that_goes_away_while_it_is_asked_is_waited_for() throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            ProcessNode former = pair.former().with("REJOIN", "reclone");
            assertThat(former.call("plan").stdout()).contains("REJOIN=reclone");
            int port = onceTo(pair.two().port);
            Run.Ended asked = former.with("PRIMARY_PORT", String.valueOf(port)).call("plan");
            assertThat(asked.code()).as(asked.stderr()).isZero();
            assertThat(asked.stdout())
                    .contains("wait for the primary 127.0.0.1:" + port)
                    .doesNotContain("REJOIN=reclone");
            assertThat(two.stop().code()).isZero();
        }
    }

    /// A way to it that lets one connection through.
    private static int onceTo(int target) throws IOException {
        ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (Socket client = listener.accept();
                            Socket server = new Socket(client.getLocalAddress(), target)) {
                        listener.close();
                        Thread.ofPlatform().daemon().start(() -> copy(server, client));
                        copy(client, server);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return listener.getLocalPort();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One end has gone.
        }
    }
}
