package io.pgentrypoint.settings;

import java.time.Duration;
import java.util.List;

/// What the environment asks this node to be. There is no replica without a primary to follow, so
/// none can be built.
public sealed interface Mode {

    /// As users know the mode.
    String title();

    record Standalone() implements Mode {
        @Override
        public String title() {
            return "standalone";
        }
    }

    record NativePrimary(Credentials replication, List<Network> networks) implements Mode {
        public NativePrimary {
            networks = List.copyOf(networks);
        }

        @Override
        public String title() {
            return "native primary";
        }
    }

    /// A standby that streams from its primary.
    ///
    /// @param name application_name of its WAL receiver
    /// @param patience how long a volume that cannot be started without the primary waits for it
    /// @param rejoin what may be done with data that the primary does not have
    record NativeReplica(
            Credentials replication,
            List<Network> networks,
            Endpoint primary,
            Tls tls,
            String name,
            Slot slot,
            Duration patience,
            Rejoin rejoin)
            implements Mode {
        public NativeReplica {
            networks = List.copyOf(networks);
        }

        /// One that throws nothing away.
        public NativeReplica(
                Credentials replication,
                List<Network> networks,
                Endpoint primary,
                Tls tls,
                String name,
                Slot slot,
                Duration patience) {
            this(replication, networks, primary, tls, name, slot, patience, Rejoin.REFUSE);
        }

        @Override
        public String title() {
            return "native replica of " + primary;
        }
    }
}
