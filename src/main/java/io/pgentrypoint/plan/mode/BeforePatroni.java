package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Credentials;
import java.util.ArrayList;
import java.util.List;

/// What a primary's volume needs inside before Patroni takes it over.
record BeforePatroni(Credentials replication, Settings settings, Observed observed) {

    List<Planned> steps() {
        List<Planned> extension = new CitusSteps(settings, observed).beforePatroni();
        List<Planned> steps = new ArrayList<>();
        if (lacksRole()) {
            steps.add(
                    new Planned(
                            new OnPrivateServer.EnsureReplicationRole(replication),
                            "Patroni logs in with it before the cluster has a leader"));
        }
        steps.addAll(extension);
        if (steps.isEmpty()) {
            return List.of();
        }
        Layout layout = new Layout(settings.dataDirectory());
        steps.addFirst(
                new Planned(
                        new OnPrivateServer.StartPrivateServer(
                                layout,
                                extension.isEmpty() ? List.of() : CitusSteps.preloading(settings)),
                        "what follows needs a server that takes writes"));
        steps.add(
                new Planned(
                        new OnPrivateServer.StopBootstrapServer(layout),
                        "Patroni starts the server itself"));
        return steps;
    }

    /// Patroni starts the volume as a standby and asks it as this role, with an error in the log
    /// each time where there is none. A native primary's volume has it. One that is restored may
    /// have a long recovery before it: there the member that leads makes the role.
    private boolean lacksRole() {
        return !observed.volume().contents().restored()
                && observed.node().filter(node -> node.role() == NodeState.Role.PRIMARY).isEmpty();
    }
}
