package io.pgentrypoint.plan;

import io.pgentrypoint.mode.Mode;
import io.pgentrypoint.node.NodeRecord;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.settings.Settings;

/// The name of a replica is the one that its volume was first used under: a container that is made
/// anew has another host name, and its primary keeps WAL for a slot of the old one. A name that is
/// given wins.
public final class KeptName {

    private KeptName() {}

    public static Settings in(Settings settings, Observed observed) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _, Mode.Patroni _ -> settings;
            case Mode.NativeReplica replica ->
                    observed.node()
                            .flatMap(NodeRecord::name)
                            .map(kept -> settings.with(replica.called(kept)))
                            .orElse(settings);
        };
    }
}
