package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Archiver;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Replay;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.util.List;
import java.util.Optional;

/// Statuses for tests.
final class Nodes {

    private Nodes() {}

    static Progress.Moment running() {
        Progress progress = new Progress(() -> 0);
        progress.enter(Phase.RUNNING);
        return progress.now();
    }

    static NodeStatus primary(Downstream... standbys) {
        return NodeStatus.ready(
                running(),
                new ServerState(
                        3,
                        1_700_000_000.25,
                        new Primary("16/B374D848", true),
                        List.of(standbys),
                        List.of(
                                new ReplicationSlot(
                                        "replica_1", "physical", false, "extended", 4096L),
                                new ReplicationSlot("new", "physical", false, null, null),
                                new ReplicationSlot("r2", "physical", true, "reserved", 1L),
                                new ReplicationSlot("sub", "logical", false, "lost", 1L)),
                        Optional.of(
                                new Archiver(
                                        7, 3, true, "00000003000000160000000A", 1_700_000_001.5))));
    }

    static NodeStatus replica(long lagBytes) {
        return NodeStatus.ready(
                running(),
                new ServerState(
                        3,
                        1_700_000_000.25,
                        new Standby(
                                "0/3000060",
                                "0/3000000",
                                "streaming",
                                "primary:5432",
                                new Replay(lagBytes, 1.5, false, null),
                                0.25,
                                null),
                        List.of(),
                        List.of(new ReplicationSlot("copy", "physical", false, "reserved", 1L)),
                        Optional.empty()));
    }
}
