package io.pgentrypoint.settings.mode;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.patroni.PatroniConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /// @param peers asked before this node takes writes
    /// @param overruled the timeline of another node that this one may be a primary beside
    record NativePrimary(
            Credentials replication,
            List<Network> networks,
            Optional<Peers> peers,
            Optional<Integer> overruled)
            implements Mode {
        public NativePrimary {
            networks = List.copyOf(networks);
        }

        /// One that asks nobody, and that nothing overrules.
        public NativePrimary(Credentials replication, List<Network> networks) {
            this(replication, networks, Optional.empty(), Optional.empty());
        }

        public List<UpstreamServer> asked() {
            return peers.map(Peers::servers).orElse(List.of());
        }

        @Override
        public String title() {
            return "native primary";
        }
    }

    /// A member of a Patroni cluster: primary or standby as Patroni has it.
    ///
    /// @param given what the user says to Patroni itself; it wins over the rest
    /// @param timeout how long the start waits for the DCS
    record Patroni(
            String scope,
            String name,
            Credentials replication,
            List<Network> networks,
            PatroniConfiguration given,
            Duration timeout)
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
    /// @param timeout how long a volume that cannot be started without the primary waits for it
    /// @param rejoin what may be done with data that the primary does not have
    /// @param peers asked before it is promoted
    record NativeReplica(
            UpstreamServer upstream,
            StandbyIdentity identity,
            List<Network> networks,
            Duration timeout,
            Rejoin rejoin,
            List<UpstreamServer> peers)
            implements Mode {
        public NativeReplica {
            networks = List.copyOf(networks);
            peers = List.copyOf(peers);
        }

        public HostPort primary() {
            return upstream.address();
        }

        public Credentials replication() {
            return upstream.replication();
        }

        public String name() {
            return identity.name();
        }

        public Slot slot() {
            return identity.slot();
        }

        /// The same replica under the name that its volume has kept, unless it was given one.
        public NativeReplica called(String kept) {
            return new NativeReplica(
                    upstream, identity.called(kept), networks, timeout, rejoin, peers);
        }

        @Override
        public String title() {
            return "native replica of " + primary();
        }
    }
}
