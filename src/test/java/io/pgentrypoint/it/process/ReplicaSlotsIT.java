package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The slot of a replica, by whatever name it has.
class ReplicaSlotsIT {

    private static final String USED =
            """
            SELECT string_agg(slot_name || ' ' || application_name, ', ')
              FROM pg_replication_slots JOIN pg_stat_replication ON pid = active_pid
            """;

    @Test
    void a_replica_whose_host_name_is_a_container_id_has_a_slot_of_that_name() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port)
                                .with("REPLICA_NAME", "2e2c2e9c868d")
                                .with("REPLICATION_SLOT", "auto")) {
            Run server = primary.made().serve();
            Run run = replica.serve();
            Pair.await(primary, USED, "2e2c2e9c868d 2e2c2e9c868d");
            Pair.awaitStatus(primary, said -> said.contains(": streaming, async"));
            assertThat(run.stop().code()).isZero();
            Pair.awaitStatus(
                    primary, said -> said.contains("standby   2e2c2e9c868d: missing since"));
            // The server knows nothing of it any more, and its slot has another name.
            assertThat(server.stop().code()).isZero();
            server = primary.serve();
            Pair.awaitStatus(
                    primary,
                    said ->
                            said.contains("standby   2e2c2e9c868d: missing since")
                                    && said.contains(", its slot keeps "));
            Run again = replica.serve();
            assertThat(again.said())
                    .contains("Replication slot 2e2c2e9c868d on")
                    .contains("exists");
            Pair.await(primary, USED, "2e2c2e9c868d 2e2c2e9c868d");
            assertThat(again.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void of_two_replicas_whose_names_make_one_slot_the_second_is_refused_by_both_names()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode first =
                        ProcessNode.replicaOf(primary.port)
                                .with("REPLICA_NAME", "Node-1")
                                .with("REPLICATION_SLOT", "auto");
                ProcessNode second =
                        ProcessNode.replicaOf(primary.port)
                                .with("REPLICA_NAME", "node.1")
                                .with("REPLICATION_SLOT", "auto")) {
            Run server = primary.made().serve();
            Run run = first.serve();
            Pair.await(primary, USED, "node_1 Node-1");

            Run.Ended refused = second.call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(78);
            assertThat(refused.stderr())
                    .contains("cannot use the replication slot node_1 on")
                    .contains("the replica Node-1 streams from it, and this is node.1")
                    .contains("set REPLICATION_SLOT on this node")
                    .contains("node_1_2");
            assertThat(second.data.resolve("global")).doesNotExist();

            Run other = second.with("REPLICATION_SLOT", "node_1_2").serve();
            Pair.await(primary, "SELECT count(*) FROM pg_stat_replication", "2");
            assertThat(other.stop().code()).isZero();
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void a_slot_of_a_logical_subscriber_is_not_taken() throws IOException {
        try (ProcessNode primary =
                        ProcessNode.primary().with("POSTGRES_CONF_wal_level", "logical");
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port)
                                .with("REPLICATION_SLOT", "subscriber")) {
            Run server = primary.made().serve();
            primary.sql("SELECT pg_create_logical_replication_slot('subscriber', 'pgoutput')");
            Run.Ended refused = replica.call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(78);
            assertThat(refused.stderr()).contains("it is a slot for logical replication");
            assertThat(server.stop().code()).isZero();
        }
    }
}
