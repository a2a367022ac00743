package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.PatroniConfiguration;
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

    /// A member of a Patroni cluster: primary or standby as Patroni has it.
    ///
    /// @param given what the user says to Patroni itself; it wins over the rest
    /// @param patience how long the start waits for the store of the cluster's state
    record Patroni(
            String scope,
            String name,
            Credentials replication,
            List<Network> networks,
            PatroniConfiguration given,
            Duration patience)
            implements Mode {
        public Patroni {
            networks = List.copyOf(networks);
        }

        @Override
        public String title() {
            return "Patroni member " + name + " of " + scope;
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
