package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A volume with recovery.signal, as a backup tool leaves it.
class RestoredNodeIT {

    private static final String PAUSED = "not healthy: takes no writes: its recovery is paused";
    private static final String STORED = "SELECT rolpassword FROM pg_authid WHERE rolname = '%s'";

    /// Of another one's backup, up to where that is consistent.
    private static ProcessNode restored(ProcessNode node, ProcessNode from) throws IOException {
        Run run = from.serve();
        ProcessNode _ = node.ownHome();
        List<String> backup = new ArrayList<>(RealCluster.asOrdinaryUser());
        backup.add(RealCluster.programs().resolve("pg_basebackup").toString());
        backup.addAll(List.of("-h", from.sockets().toString(), "-p", String.valueOf(from.port)));
        backup.addAll(List.of("-U", "postgres", "-c", "fast", "-D", node.data.toString()));
        RealCluster.execute(backup);
        assertThat(run.stop().code()).isZero();
        Files.writeString(node.data.resolve("recovery.signal"), "");
        Path _ = node.own("data/recovery.signal");
        return node.with("POSTGRES_CONF_restore_command", "false")
                .with("POSTGRES_CONF_recovery_target", "immediate");
    }

    private static Run.Ended await(ProcessNode node, Run run, String verdict) {
        return Eventually.answers(
                "healthcheck says " + verdict + ": " + run.said(),
                () -> node.call("healthcheck"),
                answer -> answer.stdout().startsWith(verdict));
    }

    @Test
    void a_primary_is_not_ready_before_its_recovery_has_ended_and_its_role_is_made_then()
            throws IOException {
        try (ProcessNode from = ProcessNode.primary().with("REPLICATION_USER", "replicator");
                ProcessNode node = ProcessNode.primary().with("REPLICATION_USER", "replicator")) {
            restored(node, from);
            Run run = node.with("REPLICATION_PASSWORD", "another").start();
            Run.Ended check = await(node, run, PAUSED);
            assertThat(check.code()).isEqualTo(1);
            assertThat(check.stdout()).contains("SELECT pg_wal_replay_resume() continues it");
            assertThat(run.said()).doesNotContain("ready: ");
            String before = node.ask(STORED.formatted("replicator"));

            node.sql("SELECT pg_wal_replay_resume()");
            assertThat(await(node, run, "healthy").code()).isZero();
            assertThat(node.ask(STORED.formatted("replicator"))).isNotEqualTo(before);
            run.await("ready: primary on port %d, timeline 2, ".formatted(node.port), 60);
            assertThat(run.said()).doesNotContain("read-only transaction", "Cannot ");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_standalone_node_is_not_ready_before_its_recovery_has_ended() throws IOException {
        try (ProcessNode from = ProcessNode.standalone();
                ProcessNode node = ProcessNode.standalone()) {
            restored(node, from);
            Run run = node.start();
            await(node, run, PAUSED);
            assertThat(node.call("status").stdout()).contains("replay    paused: ");
            assertThat(run.said()).doesNotContain("ready: ");
            node.sql("SELECT pg_wal_replay_resume()");
            assertThat(await(node, run, "healthy").code()).isZero();
            run.await("ready: standalone on port %d, timeline 2, ".formatted(node.port), 60);
            assertThat(run.stop().code()).isZero();
        }
    }
}
