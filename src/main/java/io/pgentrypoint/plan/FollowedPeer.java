package io.pgentrypoint.plan;

import io.pgentrypoint.mode.Mode;
import io.pgentrypoint.node.NodeRecord;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.settings.Settings;

/// What a node is that was asked to be the primary and follows a peer: that peer's replica.
public final class FollowedPeer {

    private FollowedPeer() {}

    public static Settings in(Settings settings, Observed observed) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativeReplica _, Mode.Patroni _ -> settings;
            case Mode.NativePrimary primary ->
                    observed.node()
                            .flatMap(NodeRecord::peer)
                            .flatMap(followed ->
                                    primary.peers().stream()
                                            .filter(peer ->
                                                    peer.primary().toString().equals(followed))
                                            .findFirst())
                            .map(settings::with)
                            .orElse(settings);
        };
    }
}
