package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// SYNCHRONOUS_STANDBYS: a commit waits for a standby, and for none that never came.
class SynchronousIT {

    private static final String NAMES = "SHOW synchronous_standby_names";
    private static final String ON = "Commits wait for ANY 1 (*) from now on";
    private static final String OFF = "Commits wait for no standby yet";

    private static Node primary() throws IOException {
        return Node.primary().with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
    }

    @Test
    void a_lone_primary_takes_commits_and_waits_for_a_standby_from_when_one_streams()
            throws IOException {
        try (Node primary = primary();
                Node replica = Node.replicaOf(primary.port)) {
            Run serving = primary.serve();
            serving.await(OFF, 30);
            primary.sql("CREATE TABLE t AS SELECT 1 AS n");
            assertThat(primary.ask(NAMES)).isEmpty();
            Run standby = replica.serve();
            serving.await(ON + "; now streaming: replica", 60);
            assertThat(primary.ask(NAMES)).isEqualTo("ANY 1 (*)");
            Pair.await(primary, "SELECT sync_state FROM pg_stat_replication", "quorum");

            // It goes, and commits wait for it to come back, whatever is reloaded meanwhile.
            standby.kill();
            Thread commit =
                    Thread.ofPlatform().start(() -> primary.sql("INSERT INTO t VALUES (2)"));
            Pair.await(
                    primary,
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                    "1");
            serving.signal("HUP");
            serving.await("received SIGHUP", 30);
            assertThat(primary.ask(NAMES)).isEqualTo("ANY 1 (*)");
            Run again = replica.serve();
            join(commit);
            Pair.await(replica, "SELECT count(*) FROM t", "2");
            assertThat(again.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    @Test
    void a_primary_that_starts_alone_again_does_not_hang() throws IOException {
        try (Node primary = primary();
                Node replica = Node.replicaOf(primary.port)) {
            Run serving = primary.serve();
            Run standby = replica.serve();
            serving.await(ON, 60);
            assertThat(standby.stop().code()).isZero();
            serving.kill();
            Run again = primary.serve();
            again.await(OFF, 30);
            assertThat(again.said()).contains("no standby streams yet, and each commit would wait");
            primary.sql("CREATE TABLE t AS SELECT 1 AS n");
            Run back = replica.serve();
            again.await(ON, 60);
            assertThat(back.stop().code()).isZero();
            assertThat(again.stop().code()).isZero();
            // Asked for no more.
            Run last = primary.without("SYNCHRONOUS_STANDBYS").serve();
            assertThat(primary.ask(NAMES)).isEmpty();
            primary.sql("INSERT INTO t VALUES (2)");
            assertThat(last.stop().code()).isZero();
        }
    }

    @Test
    void a_replica_that_is_promoted_waits_for_standbys_of_its_own() throws IOException {
        try (Node primary = primary();
                Node replica =
                        Node.replicaOf(primary.port).with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
                Node third = Node.replicaOf(replica.port).with("REPLICA_NAME", "third")) {
            Run serving = primary.serve();
            Run standby = replica.serve();
            serving.await(ON, 60);
            serving.kill();
            assertThat(replica.call("promote").code()).isZero();
            standby.await(OFF, 60);
            replica.sql("CREATE TABLE t AS SELECT 1 AS n");
            Run follower = third.serve();
            standby.await(ON + "; now streaming: third", 60);
            assertThat(replica.ask(NAMES)).isEqualTo("ANY 1 (*)");
            assertThat(follower.stop().code()).isZero();
            assertThat(standby.stop().code()).isZero();
        }
    }

    @Test
    void a_setting_that_wins_over_ours_is_said() throws IOException {
        try (Node primary = primary();
                Node replica = Node.replicaOf(primary.port)) {
            Run serving = primary.serve();
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            primary.sql("ALTER SYSTEM SET synchronous_commit = 'local'");
            Run standby = replica.serve();
            serving.await(
                    "Commits do not wait for ANY 1 (*): synchronous_standby_names is 'nobody'", 60);
            assertThat(standby.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(java.time.Duration.ofSeconds(60))).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
