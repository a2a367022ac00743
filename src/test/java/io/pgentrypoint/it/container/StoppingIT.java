package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A stop is taken at any time, and the next start is right.
@ContainerTest
class StoppingIT {

    // What an end takes on a busy machine; docker stop's own patience would be 60 s here.
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    @Test
    void a_stop_while_it_waits_for_its_primary_ends_it_with_130() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode replica = cluster.replica("replica", "primary").started();
            replica.awaitLog("Waiting for the primary");
            assertThat(timed(replica, ContainerNode::stopped)).isEqualTo(128 + 2);
            assertThat(replica.said())
                    .last()
                    .isEqualTo("Stopped by INT before the server was started");

            cluster.primary("primary").start();
            replica.startedAgain().awaitStreaming();
        }
    }

    @Test
    void a_term_while_it_clones_ends_it_with_143_and_the_next_start_clones_anew() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode replica = cloning(cluster);
            assertThat(timed(replica, node -> node.killed("TERM"))).isEqualTo(128 + 15);
            clonesAnew(cluster, replica);
        }
    }

    @Test
    void a_kill_while_it_clones_leaves_nothing_that_could_start() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode replica = cloning(cluster);
            assertThat(timed(replica, node -> node.killed("KILL"))).isEqualTo(128 + 9);
            clonesAnew(cluster, replica);
        }
    }

    /// In the middle: the primary has hardly any processor left for it.
    private static ContainerNode cloning(Cluster cluster) {
        ContainerNode primary = cluster.primary("primary").started().awaitServer();
        primary.sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 50000)");
        primary.holdClones();
        ContainerNode replica = cluster.replica("replica", "primary").started();
        primary.awaitSql("SELECT count(*) FROM pg_stat_progress_basebackup", "1");
        primary.letClonesGo();
        primary.processors(0.05);
        replica.awaitLog("Cloning: ");
        return replica;
    }

    private static void clonesAnew(Cluster cluster, ContainerNode replica) {
        assertThat(replica.log()).doesNotContain("Cloned ").doesNotContain("starting PostgreSQL");
        cluster.first().processors(2);
        replica.startedAgain().awaitStreaming();
        assertThat(replica.log())
                .contains("holds an unfinished first boot of ours (building)")
                .contains("1. discard what it built");
        assertThat(replica.sql("SELECT count(*) FROM t")).isEqualTo("50000");
    }

    @Test
    void a_stop_during_the_first_boot_of_a_primary_ends_it_and_the_next_start_is_whole() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started().awaitLog("] INFO  then: ");
            assertThat(timed(primary, ContainerNode::stopped)).isEqualTo(128 + 2);
            primary.startedAgain();
            cluster.replica("replica", "primary").started().awaitStreaming();
        }
    }

    @Test
    @DisplayName("SIG-1: a stop of a server with clients is fast and clean")
    void a_stop_of_a_server_with_clients_is_fast_and_clean() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started().awaitServer();
            // A smart shutdown would wait for it.
            primary.exec("bash", "-c", "psql -U admin -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &");
            primary.awaitSql(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'", "1");
            assertThat(timed(primary, ContainerNode::stopped)).isZero();
            assertThat(primary.log()).contains("database system is shut down");
            assertThat(primary.said()).last().isEqualTo("The server has stopped: shut down");
        }
    }

    private static int timed(ContainerNode node, ToIntFunction<ContainerNode> end) {
        Instant asked = Instant.now();
        int code = end.applyAsInt(node);
        assertThat(Duration.between(asked, Instant.now())).as(node::log).isLessThan(AT_ONCE);
        return code;
    }
}
