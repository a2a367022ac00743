package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerNetwork;
import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.Test;

/// The network goes away in the middle of a clone: no packet says so.
@ContainerTest
class NetworkCutIT {

    private static final int UNAVAILABLE = 69;
    private static final String FAST = "/var/lib/postgresql/fast";
    private static final String TABLESPACES =
            "SELECT string_agg(location, ' ' ORDER BY length(location)) FROM pg_tablespace,"
                    + " pg_tablespace_location(pg_tablespace.oid) AS location WHERE location <> ''";

    @Test
    void a_clone_without_a_network_ends_with_its_reason_and_the_next_start_is_whole() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started().awaitServer();
            String inside = primary.sql("SHOW data_directory") + "/inside";
            tablespace(primary, "inside", inside);
            tablespace(primary, "fast", FAST);
            primary.sql(
                    "CREATE TABLE t TABLESPACE fast AS"
                            + " SELECT repeat('x', 1000) FROM generate_series(1, 50000)");
            primary.sql("CREATE TABLE small TABLESPACE inside AS SELECT 1 AS row");
            primary.holdClones();
            ContainerNode replica = cluster.replica("replica", "primary").started();
            primary.awaitSql("SELECT count(*) FROM pg_stat_progress_basebackup", "1");
            primary.letClonesGo();
            // In the middle: it has hardly any processor left for it.
            primary.processors(0.05);
            replica.awaitLog("Cloning: ");

            cut(primary, cluster);
            primary.processors(2);
            assertThat(replica.awaitExit()).as(replica::log).isEqualTo(UNAVAILABLE);
            assertThat(replica.said())
                    .anyMatch(line ->
                            line.startsWith(
                                            "cannot clone primary:5432: pg_basebackup ended with code")
                                    && line.contains("Connection timed out"));
            assertThat(replica.log()).doesNotContain("starting PostgreSQL");

            // Where the primary cannot even be found it waits, and says for what.
            replica.startedAgain().awaitLog("Waiting for the primary");
            mend(primary, cluster);
            replica.awaitStreaming();
            assertThat(replica.log())
                    .contains("holds an unfinished first boot of ours (building)")
                    .contains("1. discard what it built");
            assertThat(replica.sql("SELECT count(*) FROM t")).isEqualTo("50000");
            assertThat(replica.sql("SELECT count(*) FROM small")).isEqualTo("1");
            assertThat(replica.sql(TABLESPACES)).isEqualTo(FAST + " " + inside);
            assertThat(replica.execAs("root", "ls", "-A", FAST).out())
                    .startsWith("PG_")
                    .hasLineCount(1);
            assertThat(replica.stopped()).as(replica::log).isZero();
        }
    }

    private static void tablespace(ContainerNode node, String name, String place) {
        assertThat(node.execAs("root", "install", "-d", "-o", "postgres", place).code()).isZero();
        node.sql("CREATE TABLESPACE " + name + " LOCATION '" + place + "'");
    }

    private static void cut(ContainerNode node, Cluster cluster) {
        node.getDockerClient()
                .disconnectFromNetworkCmd()
                .withContainerId(node.getContainerId())
                .withNetworkId(cluster.network())
                .exec();
    }

    private static void mend(ContainerNode node, Cluster cluster) {
        node.getDockerClient()
                .connectToNetworkCmd()
                .withContainerId(node.getContainerId())
                .withNetworkId(cluster.network())
                .withContainerNetwork(new ContainerNetwork().withAliases("primary"))
                .exec();
    }
}
