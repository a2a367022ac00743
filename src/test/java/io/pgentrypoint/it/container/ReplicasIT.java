package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@ContainerTest
class ReplicasIT {

    @Test
    void three_replicas_clone_at_once() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started().awaitServer();
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS row");
            primary.holdClones();
            List<ContainerNode> replicas =
                    List.of(
                            cluster.replica("one", "primary").started(),
                            cluster.replica("two", "primary").started(),
                            cluster.replica("three", "primary").started());
            primary.awaitSql("SELECT count(*) FROM pg_stat_progress_basebackup", "3");
            primary.letClonesGo();

            replicas.forEach(ContainerNode::awaitStreaming);
            primary.awaitSql(
                    """
                    SELECT string_agg(application_name, ' ' ORDER BY application_name)
                      FROM pg_stat_replication WHERE state = 'streaming'
                    """,
                    "one three two");
            primary.sql("INSERT INTO t VALUES (0)");
            replicas.forEach(replica -> replica.awaitSql("SELECT count(*) FROM t", "1001"));
        }
    }

    @Test
    void a_replica_of_a_replica_follows_it() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode middle = cluster.replica("middle", "primary").started();
            ContainerNode leaf = cluster.replica("leaf", "middle").started().awaitStreaming();
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            leaf.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(middle.sql("SELECT application_name FROM pg_stat_replication"))
                    .isEqualTo("leaf");
            assertThat(primary.sql("SELECT application_name FROM pg_stat_replication"))
                    .isEqualTo("middle");

            assertThat(middle.stopped()).as(middle::log).isZero();
            primary.sql("INSERT INTO t VALUES (2)");
            middle.startedAgain();
            leaf.awaitSql("SELECT count(*) FROM t", "2");
            leaf.awaitStreaming();
        }
    }

    @Test
    void a_replica_starts_without_its_primary_serves_reads_and_streams_when_it_is_back() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode replica =
                    cluster.replica("replica", "primary").started().awaitStreaming();
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            replica.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(primary.stopped()).as(primary::log).isZero();
            assertThat(replica.stopped()).as(replica::log).isZero();

            replica.startedAgain().awaitSql("SELECT count(*), pg_is_in_recovery() FROM t", "1|t");
            assertThat(replica.exec("entrypoint", "healthcheck").out())
                    .contains("not healthy: does not stream from its primary");
            primary.startedAgain();
            replica.awaitStreaming();
            assertThat(replica.exec("entrypoint", "healthcheck").code()).isZero();

            primary.sql("INSERT INTO t VALUES (2)");
            replica.awaitSql("SELECT count(*) FROM t", "2");
        }
    }

    @Test
    void a_primary_starts_again_under_a_running_replica() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode replica =
                    cluster.replica("replica", "primary")
                            .withEnv("REPLICATION_SLOT", "auto")
                            .started()
                            .awaitStreaming();
            assertThat(primary.sql("SELECT slot_name, active FROM pg_replication_slots"))
                    .isEqualTo("replica|t");
            assertThat(primary.stopped()).as(primary::log).isZero();
            primary.startedAgain().awaitServer();
            replica.awaitStreaming();
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            replica.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(replica.getCurrentContainerInfo().getRestartCount()).isZero();
        }
    }
}
