package io.pgentrypoint.config;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Network;
import java.util.List;
import java.util.Optional;

/// Our block of pg_hba.conf, marks included: who may replicate. It holds nothing else, so that an
/// existing cluster which takes up replication lets nobody else in.
public final class HbaBlock {

    private HbaBlock() {}

    /// Empty where nobody replicates.
    public static Optional<String> text(Settings settings) {
        return switch (settings.mode()) {
            case Mode.Standalone _ -> Optional.empty();
            case Mode.NativePrimary primary ->
                    Optional.of(block(settings, primary.replication().user(), primary.networks()));
            // A replica can be promoted, and other replicas may follow it.
            case Mode.NativeReplica replica ->
                    Optional.of(block(settings, replica.replication().user(), replica.networks()));
            case Mode.NativeAuto auto ->
                    Optional.of(block(settings, auto.replication().user(), auto.networks()));
            case Mode.Patroni patroni ->
                    Optional.of(block(settings, patroni.replication().user(), patroni.networks()));
        };
    }

    private static String block(Settings settings, String user, List<Network> networks) {
        StringBuilder text = new StringBuilder(Layout.HBA_BEGIN).append('\n');
        for (Network network : networks) {
            text.append(HbaRule.replication(user, network, settings.tls()).line()).append('\n');
        }
        return text.append(Layout.HBA_END).append('\n').toString();
    }
}
