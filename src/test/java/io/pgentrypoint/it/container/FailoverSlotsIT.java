package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.Test;

/// Slots of logical subscribers that outlive their primary, which PostgreSQL 17 and newer have.
@ContainerTest
class FailoverSlotsIT {

    private static final String SUBSCRIBER = "SELECT count(*) FROM t";

    @Test
    void a_subscriber_goes_on_at_the_replica_that_took_over() {
        assumeTrue(ContainerNode.MAJOR >= 17, "needs PostgreSQL 17 or newer");
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary =
                    cluster.primary("primary")
                            .withEnv("POSTGRES_CONF_wal_level", "logical")
                            .started()
                            .awaitServer();
            ContainerNode replica =
                    cluster.replica("2e2c2e9c868d", "primary")
                            .withEnv("REPLICATION_SLOT", "auto")
                            .withEnv("POSTGRES_CONF_hot_standby_feedback", "on")
                            .withEnv("POSTGRES_CONF_sync_replication_slots", "on")
                            .started()
                            .awaitStreaming();
            ContainerNode subscriber = cluster.node("subscriber").started().awaitServer();
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS row");
            primary.sql("CREATE PUBLICATION p FOR TABLE t");
            subscriber.sql("CREATE TABLE t (row int)");
            subscriber.sql(
                    """
                    CREATE SUBSCRIPTION s CONNECTION
                        'host=primary user=admin password=admin dbname=admin'
                        PUBLICATION p WITH (failover = true)
                    """);
            subscriber.awaitSql(SUBSCRIBER, "1000");
            replica.awaitSql(
                    "SELECT slot_name, failover, synced, temporary FROM pg_replication_slots",
                    "s|t|t|f");

            assertThat(primary.exec("entrypoint", "status").out())
                    .containsPattern("standby +2e2c2e9c868d at ")
                    .doesNotContainPattern("standby +s ")
                    .containsPattern("slot +s: logical, active");
            assertThat(primary.stopped()).as(primary::log).isZero();
            assertThat(replica.exec("entrypoint", "promote").code()).as(replica::log).isZero();
            subscriber.sql(
                    """
                    ALTER SUBSCRIPTION s CONNECTION
                        'host=2e2c2e9c868d user=admin password=admin dbname=admin'
                    """);
            replica.sql("INSERT INTO t SELECT generate_series(1001, 1500)");
            subscriber.awaitSql(SUBSCRIBER, "1500");
        }
    }
}
