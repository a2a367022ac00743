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

    /// @param peers asked before this node goes read-write; each is what this node would be under
    ///   that peer, should it turn out to be the primary
    /// @param overruled the timeline of another node that this one may be a primary beside
    record NativePrimary(
            Credentials replication,
            List<Network> networks,
            List<NativeReplica> peers,
            Optional<Integer> overruled)
            implements Mode {
        public NativePrimary {
            networks = List.copyOf(networks);
            peers = List.copyOf(peers);
        }

        /// One that nothing overrules.
        public NativePrimary(
                Credentials replication, List<Network> networks, List<NativeReplica> peers) {
            this(replication, networks, peers, Optional.empty());
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
    /// @param name application_name of its WAL receiver
    /// @param timeout how long a volume that cannot be started without the primary waits for it
    /// @param nameGiven by REPLICA_NAME; else it is the host name, and a name that is kept on the
    ///   volume comes before it
    /// @param slotFromName whether the slot is named after the replica
    /// @param rejoin what may be done with data that the primary does not have
    /// @param peers asked before it is promoted; each is what this node would be under that peer,
    ///   and has none itself
    record NativeReplica(
            Credentials replication,
            List<Network> networks,
            HostPort primary,
            Tls tls,
            String name,
            Slot slot,
            Duration timeout,
            boolean nameGiven,
            boolean slotFromName,
            Rejoin rejoin,
            List<NativeReplica> peers)
            implements Mode {
        public NativeReplica {
            networks = List.copyOf(networks);
            peers = List.copyOf(peers);
        }

        /// With names that nothing changes, and one that throws nothing away and asks nobody.
        public NativeReplica(
                Credentials replication,
                List<Network> networks,
                HostPort primary,
                Tls tls,
                String name,
                Slot slot,
                Duration timeout) {
            this(
                    replication,
                    networks,
                    primary,
                    tls,
                    name,
                    slot,
                    timeout,
                    true,
                    false,
                    Rejoin.REFUSE,
                    List.of());
        }

        /// The same replica, which asks these before it is promoted.
        public NativeReplica among(List<NativeReplica> others) {
            return new NativeReplica(
                    replication,
                    networks,
                    primary,
                    tls,
                    name,
                    slot,
                    timeout,
                    nameGiven,
                    slotFromName,
                    rejoin,
                    others);
        }

        /// The same replica under the name that its volume has kept, unless it was given one.
        public NativeReplica called(String kept) {
            return nameGiven
                    ? this
                    : new NativeReplica(
                            replication,
                            networks,
                            primary,
                            tls,
                            kept,
                            slotFromName ? Slot.after(kept) : slot,
                            timeout,
                            false,
                            slotFromName,
                            rejoin,
                            peers);
        }

        @Override
        public String title() {
            return "native replica of " + primary;
        }
    }
}
