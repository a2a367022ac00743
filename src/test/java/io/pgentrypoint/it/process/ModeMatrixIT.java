package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One volume through every mode and from every mode into every other. Each stage writes a row
/// where it can, and in the end every row is there that nobody has agreed to lose.
class ModeMatrixIT {

    private static final String ROWS =
            "SELECT coalesce(string_agg(stage, ' ' ORDER BY n), '') FROM stages";

    private final List<String> expected = new ArrayList<>();
    private final List<String> walked = new ArrayList<>();

    private enum Mode {
        STANDALONE,
        PRIMARY,
        REPLICA
    }

    /// As another environment on the same volume.
    private static ProcessNode as(Mode mode, ProcessNode node, ProcessNode partner) {
        return switch (mode) {
            case STANDALONE -> node.asStandalone();
            case PRIMARY ->
                    node.with("HA_MODE", "native")
                            .with("REPLICATION_PASSWORD", ProcessNode.PASSWORD)
                            .with("PRIMARY_HOST", "")
                            .with("PRIMARY_PORT", "")
                            .with("REPLICA_NAME", "")
                            .with("REJOIN", "")
                            .asPrimary();
            case REPLICA ->
                    node.with("HA_MODE", "native")
                            .with("REPLICATION_PASSWORD", ProcessNode.PASSWORD)
                            .with("REPLICATION_ROLE", "replica")
                            .with("PRIMARY_HOST", "127.0.0.1")
                            .with("PRIMARY_PORT", String.valueOf(partner.port));
        };
    }

    private void write(ProcessNode node) {
        String stage = String.valueOf((char) ('a' + walked.size()));
        walked.add(stage);
        node.sql("INSERT INTO stages (stage) VALUES ('" + stage + "')");
        expected.add(stage);
    }

    private void assertRows(ProcessNode node) {
        Pair.await(node, ROWS, String.join(" ", expected));
    }

    /// A start in that mode and, for one that takes writes, a row; then a second start in it.
    private Run enter(Mode mode, ProcessNode node, ProcessNode partner) {
        Run run = stay(mode, node, partner);
        assertThat(run.stop().code()).isZero();
        run = stay(mode, node, partner);
        assertThat(run.said()).contains("nothing, everything is as it should be");
        return run;
    }

    private Run stay(Mode mode, ProcessNode node, ProcessNode partner) {
        Run run = as(mode, node, partner).serve();
        boolean standby = mode == Mode.REPLICA;
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo(standby ? "t" : "f");
        if (standby) {
            write(partner);
        } else {
            write(node);
        }
        assertRows(node);
        return run;
    }

    private static void stop(Run run) {
        assertThat(run.stop().code()).isZero();
    }

    @Test
    void a_volume_goes_from_every_mode_into_every_other_and_no_row_is_lost_without_consent()
            throws IOException {
        // A rewind reads the log of this node back to the last checkpoint before the fork.
        try (ProcessNode node =
                        ProcessNode.primary()
                                .with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS)
                                .with("POSTGRES_CONF_wal_keep_size", "256MB");
                ProcessNode partner =
                        ProcessNode.replicaOf(node.port).with("REPLICA_NAME", "partner")) {
            Soundness soundness = Soundness.guard(node.ownHome());
            // Empty, to a primary; the partner takes a clone.
            Run run = node.serve();
            node.sql("CREATE EXTENSION amcheck");
            node.sql("CREATE TABLE stages (n serial PRIMARY KEY, stage text)");
            write(node);
            stop(run);
            run = stay(Mode.PRIMARY, node, partner);
            Run other = partner.serve();
            assertRows(partner);
            stop(other);
            stop(run);

            // Primary to standalone: what it writes now its partner never gets.
            run = enter(Mode.STANDALONE, node, partner);
            stop(run);
            List<String> lost = expected.subList(expected.size() - 2, expected.size());
            List<String> kept = expected.subList(0, expected.size() - 2);
            assertThat(lost).hasSize(2);
            other = as(Mode.PRIMARY, partner, node).serve();
            Pair.await(partner, ROWS, String.join(" ", kept));

            // Standalone to replica: refused, until someone agrees to lose it.
            as(Mode.REPLICA, node, partner);
            Run.Ended refused = node.call("run");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(76);
            assertThat(refused.stderr()).contains("diverged", "postgres: stages");
            lost.clear();
            node.with("REJOIN", "rewind");
            run = enter(Mode.REPLICA, node, partner);
            stop(other);
            stop(run);

            // Replica to primary, and the partner follows.
            run = enter(Mode.PRIMARY, node, partner);
            other = as(Mode.REPLICA, partner, node).serve();
            assertRows(partner);
            stop(run);
            stop(other);

            // Primary to replica, without any consent: nothing parts the two.
            other = as(Mode.PRIMARY, partner, node).serve();
            run = enter(Mode.REPLICA, node, partner);
            stop(other);
            stop(run);

            // Replica to standalone.
            run = enter(Mode.STANDALONE, node, partner);
            stop(run);

            // Standalone to primary, and a new clone of it has every row.
            run = enter(Mode.PRIMARY, node, partner);
            try (ProcessNode third =
                    ProcessNode.replicaOf(node.port).with("REPLICA_NAME", "third")) {
                Run following = third.serve();
                assertRows(third);
                stop(following);
            }
            soundness.checkRunning();
            stop(run);
            soundness.checkAtRest();
            assertThat(walked).hasSize(expected.size() + 2);
        }
    }
}
