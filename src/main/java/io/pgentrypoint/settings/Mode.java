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

    /// @param peers asked before this node goes read-write; each is what this node would be under
    ///   that peer, should it turn out to be the primary
    record NativePrimary(Credentials replication, List<Network> networks, List<NativeReplica> peers)
            implements Mode {
        public NativePrimary {
            networks = List.copyOf(networks);
            peers = List.copyOf(peers);
        }

        @Override
        public String title() {
            return "native primary";
        }
    }

    /// A standby that streams from its primary.
    ///
    /// @param name application_name of its WAL receiver
    /// @param patience how long an empty volume waits for the primary
    record NativeReplica(
            Credentials replication,
            List<Network> networks,
            Endpoint primary,
            Tls tls,
            String name,
            Slot slot,
            Duration patience)
            implements Mode {
        public NativeReplica {
            networks = List.copyOf(networks);
        }

        @Override
        public String title() {
            return "native replica of " + primary;
        }
    }
}
