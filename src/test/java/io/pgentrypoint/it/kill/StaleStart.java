package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Standby;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A start as a replica, as before the promotion that was killed: while nothing of that has had an
/// effect the node still follows its old primary. Where the promotion has ended and that primary is
/// gone, the node is the primary, and says so. Otherwise nothing is touched, and what to change is
/// named, whatever REJOIN consents to.
final class StaleStart {

    private StaleStart() {}

    static void check(ProcessNode primary, ProcessNode killed, Random chance) throws IOException {
        String consent = List.of("refuse", "rewind", "reclone").get(chance.nextInt(3));
        boolean back = chance.nextBoolean();
        try (ProcessNode node =
                ProcessNode.replicaOf(primary.port).on(killed.data).with("REJOIN", consent)) {
            List<Run> server = back ? List.of(primary.serve()) : List.of();
            try {
                // The server removes it before it names its new timeline.
                if (!Files.exists(new Layout(node.data).standbySignal())) {
                    if (!back && hasEnded(Standby.record(node))) {
                        assertIsThePrimary(node);
                    } else {
                        assertRefused(node, "set REPLICATION_ROLE=primary");
                    }
                } else if (Standby.histories(node).isEmpty()) {
                    assertFollows(node, back);
                } else if (back) {
                    // A start that was to repeat it was killed too, and had put the signal back.
                    assertRefused(node, "start the newer of the two as the primary");
                } else {
                    Run _ = assertReadsOnly(node);
                }
            } catch (AssertionError e) {
                throw new AssertionError(
                        "as a replica, REJOIN=%s, its primary %s: %s"
                                .formatted(consent, back ? "back" : "gone", node.said()),
                        e);
            } finally {
                server.forEach(run -> assertThat(run.stop().code()).isZero());
            }
        }
    }

    private static void assertFollows(ProcessNode node, boolean streams) throws IOException {
        Run run = assertReadsOnly(node);
        assertThat(node.ask("SHOW primary_conninfo")).contains("port=");
        assertThat(Standby.histories(node)).isEmpty();
        assertThat(Standby.record(node).promotingFrom()).isEmpty();
        assertThat(Standby.record(node).promotion()).isEmpty();
        if (streams) {
            Pair.await(node, "SELECT status FROM pg_stat_wal_receiver", "streaming");
        }
        assertThat(run.stop().code()).isZero();
    }

    private static Run assertReadsOnly(ProcessNode node) {
        Run run = node.serve();
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(node.ask(Standby.ROWS)).isEqualTo("10000");
        return run;
    }

    private static boolean hasEnded(NodeState node) {
        return node.promotion().isPresent() && node.promotingFrom().isEmpty();
    }

    private static void assertIsThePrimary(ProcessNode node) {
        Run run = node.serve();
        assertThat(run.said()).contains("REPLICATION_ROLE=replica is from before");
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
        assertThat(run.stop().code()).isZero();
    }

    private static void assertRefused(ProcessNode node, String remedy) throws IOException {
        Map<String, String> before = node.filesOfCluster();
        NodeState recorded = node.record();
        Run.Ended refused = node.call("run");
        assertThat(refused.code()).as(refused.stderr()).isEqualTo(76);
        assertThat(refused.stderr()).contains(remedy);
        assertThat(node.filesOfCluster()).isEqualTo(before);
        assertThat(node.record()).isEqualTo(recorded);
    }
}
