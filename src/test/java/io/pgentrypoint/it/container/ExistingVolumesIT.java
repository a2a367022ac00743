package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.Test;

/// A volume that was no native primary's becomes one by the environment alone.
@ContainerTest
class ExistingVolumesIT {

    @Test
    void a_standalone_node_becomes_a_native_primary() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode standalone = cluster.node("primary").started().awaitServer();
            standalone.sql("CREATE TABLE t AS SELECT 1 AS row");
            assertThat(standalone.stopped()).as(standalone::log).isZero();

            ContainerNode primary = cluster.primary("primary").after(standalone).started();
            streams(cluster, primary);
            assertThat(primary.said())
                    .anyMatch(line -> line.startsWith("Replication role replicator: created"));
        }
    }

    /// As the official image leaves it: initdb's files and one line of pg_hba.conf.
    @Test
    void a_volume_that_was_initialised_by_hand_becomes_a_native_primary_and_keeps_its_files() {
        String byHand =
                """
                chown postgres "$PGDATA"
                echo admin >/tmp/password
                gosu postgres initdb -D "$PGDATA" --username=admin --pwfile=/tmp/password --auth-host=scram-sha-256
                echo "work_mem = '5MB' # mine" >>"$PGDATA/postgresql.conf"
                printf '\\nhost all all all scram-sha-256 # mine\\n' >>"$PGDATA/pg_hba.conf"
                gosu postgres pg_ctl -D "$PGDATA" -w start
                gosu postgres psql -U admin -d postgres -c 'CREATE DATABASE admin'
                gosu postgres psql -U admin -c 'CREATE TABLE t AS SELECT 1 AS row'
                gosu postgres pg_ctl -D "$PGDATA" -w stop
                """;
        try (Cluster cluster = new Cluster()) {
            ContainerNode hand = cluster.node("hand").program("bash", "-euc", byHand).started();
            assertThat(hand.awaitExit()).as(hand::log).isZero();

            ContainerNode primary = cluster.primary("primary").after(hand).started();
            streams(cluster, primary);
            assertThat(primary.sql("SHOW work_mem")).isEqualTo("5MB");
            String data = primary.sql("SHOW data_directory");
            assertThat(primary.file(data + "/postgresql.conf"))
                    .contains("work_mem = '5MB' # mine\n");
            assertThat(primary.file(data + "/pg_hba.conf"))
                    .contains("host all all all scram-sha-256 # mine\n");
        }
    }

    private static void streams(Cluster cluster, ContainerNode primary) {
        ContainerNode replica = cluster.replica("replica", "primary").started().awaitStreaming();
        assertThat(replica.sql("SELECT count(*) FROM t")).isEqualTo("1");
        primary.sql("INSERT INTO t VALUES (2)");
        replica.awaitSql("SELECT count(*) FROM t", "2");
    }
}
