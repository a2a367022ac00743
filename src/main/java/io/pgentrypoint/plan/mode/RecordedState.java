package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Peers;
import java.util.Optional;

/// What the volume remembers and the environment does not say.
public final class RecordedState {

    private RecordedState() {}

    /// The name of a replica is the one that its volume was first used under: a container that is
    /// made anew has another host name, and its primary keeps WAL for a slot of the old one. A name
    /// that is given wins.
    public static Settings name(Settings settings, Observed observed) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _, Mode.NativeAuto _, Mode.Patroni _ ->
                    settings;
            case Mode.NativeReplica replica ->
                    observed.node()
                            .flatMap(NodeState::name)
                            .map(kept -> settings.with(replica.called(kept)))
                            .orElse(settings);
        };
    }

    /// What a node is that was asked to be the primary and follows a peer: that peer's replica,
    /// which asks them all before it is promoted.
    public static Settings peer(Settings settings, Observed observed) {
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ ->
                    settings;
            case Mode.NativePrimary primary ->
                    observed.node()
                            .flatMap(NodeState::peer)
                            .flatMap(followed ->
                                    primary.peers()
                                            .flatMap(peers -> under(peers, followed, primary)))
                            .map(settings::with)
                            .orElse(settings);
        };
    }

    private static Optional<Mode> under(Peers peers, String followed, Mode.NativePrimary primary) {
        return peers.servers().stream()
                .filter(peer -> peer.address().toString().equals(followed))
                .findFirst()
                .map(peer -> peers.under(peer, primary.networks()));
    }

    /// A standalone server on a Citus node's volume keeps the library. Other modes are refused.
    public static Settings citus(Settings settings, Observed observed) {
        return switch (settings.mode()) {
            case Mode.NativePrimary _, Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ ->
                    settings;
            case Mode.Standalone _ ->
                    settings.citus().isPresent()
                            ? settings
                            : CitusSteps.database(settings, observed)
                                    .map(database -> settings.with(new Citus.Kept(database)))
                                    .orElse(settings);
        };
    }
}
