package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The ways to the primary of docs/how-to/connect.md, while it changes.
class ConnectionsIT {

    private static final List<ProcessNode> NODES = new ArrayList<>();
    private static final List<Run> RUNS = new ArrayList<>();

    @BeforeAll
    static void nodes() throws IOException {
        for (int i = 0; i < 3; i++) {
            NODES.add(ProcessNode.primary());
        }
        String hosts = NODES.stream().map(ConnectionsIT::name).collect(Collectors.joining(","));
        for (ProcessNode node : NODES) {
            node.with("REPLICATION_ROLE", "auto")
                    .with("CLUSTER_HOSTS", hosts)
                    .with("PROBE_PORT", String.valueOf(RealCluster.freePort()));
        }
        for (ProcessNode node : NODES) {
            RUNS.add(node.start());
        }
        for (int i = 0; i < 3; i++) {
            NODES.get(i).served(RUNS.get(i));
        }
    }

    @AfterAll
    static void close() throws IOException {
        for (ProcessNode node : NODES) {
            node.close();
        }
    }

    private static String name(ProcessNode node) {
        return "127.0.0.1:" + node.port;
    }

    private static void awaitStandbys(ProcessNode primary, String condition) {
        String query = "SELECT count(*) FROM pg_stat_replication WHERE " + condition;
        Eventually.happens(
                "two standbys: " + condition,
                RUNS.getFirst()::said,
                () -> primary.ask(query).equals("2"));
    }

    @Test
    void through_a_switchover_and_a_promotion_clients_of_each_kind_keep_every_row()
            throws IOException {
        ProcessNode first = NODES.get(0);
        ProcessNode second = NODES.get(1);
        awaitStandbys(first, "state = 'streaming'");
        try (Proxies proxies = new Proxies(NODES);
                Clients clients = new Clients(NODES, proxies)) {
            Run.Ended done = first.call("switchover", name(second));
            assertThat(done.code()).as(done.stdout()).isZero();
            clients.assertKept("switchover", second);
            clients.assertReadsOfAStandby();

            // The rows of a primary that is killed are on another node where commits wait for one.
            second.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
            second.sql("SELECT pg_reload_conf()");
            awaitStandbys(second, "sync_state = 'quorum'");
            clients.awaitMore();
            RUNS.get(1).kill();
            clients.assertKept("promote", promoteFurthest(List.of(first, NODES.get(2))));
        }
    }

    /// It is refused on a standby that has less than the other one.
    private static ProcessNode promoteFurthest(List<ProcessNode> standbys) {
        return Eventually.answers(
                        "a standby is promoted",
                        () ->
                                standbys.stream()
                                        .filter(node -> node.call("promote").code() == 0)
                                        .findFirst(),
                        promoted -> promoted.isPresent())
                .orElseThrow();
    }
}
