package io.pgentrypoint.it.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/// PEER_HOSTS: an old primary that comes back looks around before it takes writes.
class PeersIT {

    private static final String STREAMS = "started streaming WAL from primary";

    private static ProcessNode primary() throws IOException {
        return ProcessNode.primary();
    }

    private static String host(ProcessNode node) {
        return "127.0.0.1:" + node.port;
    }

    /// The replica has all that the primary has, and is promoted when that one has stopped.
    private static Run failover(ProcessNode old, ProcessNode successor) throws IOException {
        Run first = old.serve();
        old.sql("CREATE TABLE t AS SELECT generate_series(1, 10) AS n");
        Run second = successor.start();
        second.await(STREAMS, 60);
        assertThat(first.stop().code()).isZero();
        successor.ask("SELECT pg_promote()");
        successor.sql("INSERT INTO t VALUES (11)");
        return second;
    }

    private static void awaitRows(ProcessNode node, String rows) {
        Pair.await(node, "SELECT count(*) FROM t", rows);
    }

    @Test
    void an_old_primary_comes_back_as_the_standby_of_the_new_one_and_remembers_it()
            throws IOException {
        try (ProcessNode old = primary();
                ProcessNode successor = ProcessNode.replicaOf(old.port)) {
            Run serving = failover(old, successor);
            old.with("PEER_HOSTS", host(old) + "," + host(successor));
            Run again = old.start();
            again.await(STREAMS, 60);
            assertThat(old.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            awaitRows(old, "11");
            assertThat(again.said())
                    .contains("is the primary of this cluster: this node is its standby");
            again.signal("HUP");
            again.await("received SIGHUP", 30);
            assertThat(again.stop().code()).isZero();
            assertThat(again.said()).doesNotContain("Cannot update the configuration files");

            assertThat(serving.stop().code()).isZero();
            Run alone = old.serve();
            assertThat(old.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(old.ask("SELECT count(*) FROM t")).isEqualTo("11");

            assertThat(old.call("promote")).extracting(Run.Ended::code).isEqualTo(0);
            old.sql("INSERT INTO t VALUES (12)");
            assertThat(alone.stop().code()).isZero();
            Run primary = old.serve();
            assertThat(old.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(primary.stop().code()).isZero();
        }
    }

    @Test
    void an_old_primary_is_refused_where_the_new_one_has_removed_the_wal_that_comes_next()
            throws IOException {
        try (Pair pair = Pair.create()) {
            pair.two().with("POSTGRES_CONF_wal_keep_size", "0");
            Run[] runs = pair.serve();
            assertThat(runs[0].stop().code()).isZero();
            Pair.promote(pair.two());
            Pair.dropWal(pair.two());
            String before = pair.one().filesOfCluster().toString();
            Run.Ended refused = pair.one().with("PEER_HOSTS", host(pair.two())).call("run");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(76);
            assertThat(refused.stderr())
                    .contains("has already been removed")
                    .contains("REPLICATION_ROLE=replica PRIMARY_HOST=127.0.0.1 and REJOIN=reclone");
            assertThat(pair.one().filesOfCluster()).hasToString(before);
            assertThat(runs[1].stop().code()).isZero();
        }
    }

    @Test
    void a_standby_of_a_peer_is_ready_only_while_it_streams_and_says_what_it_lacks()
            throws IOException {
        try (Pair pair = Pair.create()) {
            pair.two().with("POSTGRES_CONF_wal_keep_size", "0");
            Run[] runs = pair.serve();
            assertThat(runs[0].stop().code()).isZero();
            Pair.promote(pair.two());
            Run standby = pair.one().with("PEER_HOSTS", host(pair.two())).start();
            standby.await(STREAMS, 60);
            awaitHealth(pair.one(), 0);

            assertThat(runs[1].stop().code()).isZero();
            awaitHealth(pair.one(), 1);
            assertThat(pair.one().call("healthcheck").stdout())
                    .contains("does not stream from its primary");
            assertThat(pair.one().call("status").stdout()).contains("role      replica");
            assertThat(standby.stop().code()).isZero();

            Run peer = pair.two().with("REPLICATION_ROLE", "primary").serve();
            Pair.dropWal(pair.two());
            Run alone = pair.one().serve();
            assertThat(alone.said()).contains("no longer has the WAL that comes next here");
            alone.await("cannot go on replicating", 30);
            assertThat(alone.said())
                    .contains("restart it with REPLICATION_ROLE=replica, PRIMARY_HOST and REJOIN");
            assertThat(pair.one().call("status").stdout()).contains("has already been removed");
            assertThat(alone.stop().code()).isZero();
            assertThat(peer.stop().code()).isZero();
        }
    }

    /// What the server answers is kept for a second.
    private static void awaitHealth(ProcessNode node, int code) throws IOException {
        Run.Ended _ = node.awaitHealth(code);
    }

    @Test
    void an_old_primary_with_commits_of_its_own_is_refused_and_keeps_them() throws IOException {
        try (ProcessNode old = primary();
                ProcessNode successor = ProcessNode.replicaOf(old.port)) {
            Run first = old.made().serve();
            old.sql("CREATE TABLE t AS SELECT generate_series(1, 10) AS n");
            Run second = successor.start();
            second.await(STREAMS, 60);
            awaitRows(successor, "10");
            assertThat(second.stop().code()).isZero();
            old.sql("INSERT INTO t VALUES (11), (12)");
            first.kill();

            successor.with("REPLICATION_ROLE", "primary").with("POSTGRES_PASSWORD", "super");
            Run promoted = successor.serve();
            old.with("PEER_HOSTS", host(successor));
            Run.Ended refused = old.call();
            assertThat(refused.code()).isEqualTo(76);
            assertThat(refused.stderr())
                    .contains("is a primary of the same cluster already")
                    .contains("bytes of WAL since");

            assertThat(promoted.stop().code()).isZero();
            Run.Ended recorded = old.call();
            assertThat(recorded.code()).isEqualTo(76);
            assertThat(recorded.stderr())
                    .contains("an earlier start has seen timeline 2")
                    .contains("OVERRULE_TIMELINE=2");
            Run alone = old.with("OVERRULE_TIMELINE", "2").serve();
            assertThat(alone.said()).contains("cannot be reached").contains("IS OVERRULED");
            assertThat(old.ask("SELECT count(*) FROM t")).isEqualTo("12");
            assertThat(alone.stop().code()).isZero();
            assertThat(old.record().superseded()).isEmpty();
        }
    }

    /// One primary and two replicas, all with one list; the third misses the last rows.
    @Test
    void a_replica_is_promoted_only_when_no_peer_is_a_primary_or_has_received_more()
            throws IOException {
        try (ProcessNode first = primary();
                ProcessNode second =
                        ProcessNode.replicaOf(first.port).with("REPLICA_NAME", "second");
                ProcessNode third =
                        ProcessNode.replicaOf(first.port).with("REPLICA_NAME", "third")) {
            String peers = String.join(",", host(first), host(second), host(third));
            second.with("PEER_HOSTS", peers);
            third.with("PEER_HOSTS", peers);
            Run serving = first.made().serve();
            first.sql("CREATE TABLE t AS SELECT generate_series(1, 10) AS n");
            Run ahead = second.start();
            ahead.await(STREAMS, 60);
            Run behind = third.start();
            behind.await(STREAMS, 60);
            awaitRows(third, "10");
            assertThat(behind.stop().code()).isZero();
            first.sql("INSERT INTO t VALUES (11)");
            awaitRows(second, "11");
            serving.kill();
            Run left = third.serve();
            assertThat(third.ask("SELECT count(*) FROM t")).isEqualTo("10");
            assertNotPromoted(third, 76, "the peer " + host(second) + " has received", "WAL more");

            Run.Ended promoted = second.call("promote");
            assertThat(promoted.code()).as(promoted.stdout()).isZero();
            assertThat(promoted.stdout())
                    .contains("the peer " + host(first) + " cannot be reached")
                    .contains("cannot be reached")
                    .doesNotContain("the peer " + host(second))
                    .doesNotContain("the peer " + host(third));
            second.sql("INSERT INTO t VALUES (12)");
            assertNotPromoted(
                    third,
                    76,
                    "the peer " + host(second) + " is a primary of the same cluster",
                    "--even-if-primary-answers");
            second.sql("ALTER ROLE replicator NOREPLICATION");
            assertNotPromoted(
                    third, 69, "cannot know whether the peer " + host(second), "may not replicate");

            assertThat(ahead.stop().code()).isZero();
            Run.Ended alone = third.call("promote");
            assertThat(alone.code()).as(alone.stdout()).isZero();
            assertThat(alone.stdout())
                    .contains("the peer " + host(first) + " cannot be reached")
                    .contains("the peer " + host(second) + " cannot be reached");
            third.sql("INSERT INTO t VALUES (13)");
            assertThat(left.stop().code()).isZero();
        }
    }

    private static void assertNotPromoted(ProcessNode node, int code, String... because)
            throws IOException {
        Run.Ended refused = node.call("promote");
        assertThat(refused.code()).as(refused.stdout()).isEqualTo(code);
        assertThat(refused.stdout()).contains(because);
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(node.record().promotingFrom()).isEmpty();
    }

    @Test
    void a_replica_of_a_standby_takes_over_when_the_primary_of_both_is_gone() throws IOException {
        try (ProcessNode first = primary();
                ProcessNode second =
                        ProcessNode.replicaOf(first.port).with("REPLICA_NAME", "second");
                ProcessNode third =
                        ProcessNode.replicaOf(second.port).with("REPLICA_NAME", "third")) {
            Run serving = first.made().serve();
            Run upstream = second.start();
            upstream.await(STREAMS, 60);
            third.with("PEER_HOSTS", String.join(",", host(first), host(second), host(third)));
            Run run = third.start();
            run.await(STREAMS, 60);
            assertNotPromoted(third, 76, "is a primary of the same cluster");
            assertThat(serving.stop().code()).isZero();
            String end = second.ask("SELECT pg_last_wal_receive_lsn()");
            Pair.await(third, "SELECT pg_last_wal_receive_lsn()", end);
            Run.Ended promoted = third.call("promote");
            assertThat(promoted.code()).as(promoted.stdout()).isZero();
            assertThat(run.stop().code()).isZero();
            assertThat(upstream.stop().code()).isZero();
        }
    }

    @Test
    void an_empty_volume_makes_no_second_cluster_beside_that_of_a_peer() throws IOException {
        try (ProcessNode running = primary();
                ProcessNode empty = primary()) {
            Run serving = running.made().serve();
            empty.with("PEER_HOSTS", host(running));
            Run.Ended refused = empty.call();
            assertThat(refused.code()).isEqualTo(76);
            assertThat(refused.stderr())
                    .contains("which is empty: the peer")
                    .contains("PRIMARY_HOST");
            assertThat(serving.stop().code()).isZero();
            assertThat(empty.serve().stop().code()).isZero();
        }
    }

    @Test
    void a_standby_is_not_promoted_beside_a_primary_that_answers() throws IOException {
        try (ProcessNode first = primary();
                ProcessNode second = ProcessNode.replicaOf(first.port)) {
            Run serving = first.made().serve();
            Run following = second.start();
            following.await(STREAMS, 60);
            assertThat(following.stop().code()).isZero();
            second.with("REPLICATION_ROLE", "primary").with("PEER_HOSTS", host(first));
            Run.Ended refused = second.call();
            assertThat(refused.code()).isEqualTo(76);
            assertThat(refused.stderr()).contains("cannot promote").contains("takes writes");
            assertThat(serving.stop().code()).isZero();
        }
    }

    @Test
    void a_peer_that_does_not_say_what_it_is_stops_the_start() throws IOException {
        try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ProcessNode node = primary()) {
            Thread.ofPlatform().daemon().start(() -> answerAsNoPostgres(web));
            String host = "127.0.0.1:" + web.getLocalPort();
            node.made();
            node.with("PEER_HOSTS", host);
            Run.Ended refused = node.call();
            assertThat(refused.code()).isEqualTo(69);
            assertThat(refused.stderr()).contains("cannot know whether the peer " + host);
        }
    }

    private static void answerAsNoPostgres(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket client = web.accept()) {
                client.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException e) {
                // The test has ended, or the client has gone.
            }
        }
    }

    @Test
    void peers_that_cannot_be_reached_are_a_warning() throws IOException {
        try (ProcessNode node = primary()) {
            node.with(
                    "PEER_HOSTS", "127.0.0.1:" + RealCluster.freePort() + ",no.such.host.invalid");
            Run run = node.made().serve();
            assertThat(run.said())
                    .contains("it refuses connections")
                    .contains("its name cannot be resolved");
            assertThat(run.stop().code()).isZero();
        }
    }
}
