package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.Test;

/// A failover by hand, as an operator does it: `docker exec replica entrypoint promote`.
@ContainerTest
class FailoverIT {

    private static final String ROWS = "SELECT count(*) FROM t";
    private static final String DATA = "SHOW data_directory";
    private static final String TIMELINE = "SELECT timeline_id FROM pg_control_checkpoint()";

    @Test
    void a_replica_is_promoted_and_neither_side_is_taken_for_the_other() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode old = cluster.primary("one").started().awaitServer();
            ContainerNode node = cluster.replica("two", "one").started().awaitStreaming();
            old.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS row");
            node.awaitSql(ROWS, "1000");

            ContainerNode.Run refused = node.exec("entrypoint", "promote");
            assertThat(refused.code()).as(refused.out()).isEqualTo(76);
            assertThat(refused.out()).contains("--even-if-primary-answers");
            assertThat(node.sql("SELECT pg_is_in_recovery()")).isEqualTo("t");

            old.killed("KILL");
            node.awaitSql("SELECT count(*) FROM pg_stat_wal_receiver", "0");
            ContainerNode.Run done = node.execAs("postgres", "entrypoint", "promote");
            assertThat(done.code()).as(done.out() + done.err()).isZero();
            assertThat(done.out())
                    .contains("promoted: timeline 1 ended at 0/")
                    .contains("set REPLICATION_ROLE=primary");
            assertThat(node.sql(ROWS)).isEqualTo("1000");
            node.sql("INSERT INTO t VALUES (0)");
            assertThat(node.sql(TIMELINE)).isEqualTo("2");
            assertThat(node.file(node.sql(DATA) + "/pg_wal/00000002.history")).startsWith("1\t0/");
            assertThat(node.exec("entrypoint", "healthcheck").code()).isZero();
            assertThat(node.exec("entrypoint", "status").out()).contains("primary");

            // The old one comes back as what it was, and the other's environment is stale.
            old.startedAgain().awaitSql(ROWS, "1000");
            assertThat(old.sql(TIMELINE)).isEqualTo("1");
            assertThat(node.stopped()).as(node::log).isZero();
            assertThat(node.startedAgain().awaitExit()).as(node.log()).isEqualTo(76);
            assertThat(node.log())
                    .contains("it was promoted to timeline 2")
                    .contains("one:5432 is on timeline 1")
                    .contains("set REPLICATION_ROLE=primary");

            ContainerNode primary = cluster.primary("three").after(node).started().awaitServer();
            assertThat(primary.sql(ROWS)).isEqualTo("1001");
            // What the server takes only at its start was left as it was by the promotion.
            assertThat(primary.log())
                    .contains("1. write entrypoint.conf")
                    .doesNotContain("   2. write");
            ContainerNode other = cluster.replica("four", "three").started().awaitStreaming();
            other.awaitSql(ROWS, "1001");
        }
    }

    @Test
    void the_volume_of_a_replica_is_detached_by_a_standalone_container() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("one").started().awaitServer();
            ContainerNode replica = cluster.replica("two", "one").started().awaitStreaming();
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS row");
            replica.awaitSql(ROWS, "1000");
            assertThat(replica.stopped()).as(replica::log).isZero();

            ContainerNode copy = cluster.node("three").after(replica).started();
            copy.awaitLog("Promoted: the old timeline ended at 0/").awaitServer();
            copy.sql("INSERT INTO t VALUES (0)");
            assertThat(copy.sql(ROWS + " WHERE NOT pg_is_in_recovery()")).isEqualTo("1001");
            assertThat(copy.sql(TIMELINE)).isEqualTo("2");
            assertThat(primary.sql(ROWS)).isEqualTo("1000");
        }
    }
}
