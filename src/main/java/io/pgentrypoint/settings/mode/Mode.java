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

    /// A node of a cluster in which every node has the same environment. Which role it has is
    /// decided at each start; then it is a [NativePrimary] or a [NativeReplica].
    ///
    /// @param identity what it is called as a standby
    /// @param timeout how long the first node waits for silent ones before it makes a cluster, and
    ///   as [NativeReplica#timeout]
    /// @param alone after how long without a majority a primary starts; absent: never
    record NativeAuto(
            Nodes nodes,
            Credentials replication,
            StandbyIdentity identity,
            List<Network> networks,
            Duration timeout,
            Rejoin rejoin,
            Optional<Integer> overruled,
            Optional<Duration> alone)
            implements Mode {
        public NativeAuto {
            networks = List.copyOf(networks);
        }

        /// @param others all nodes but this one
        public NativePrimary primary(List<UpstreamServer> others) {
            return new NativePrimary(
                    replication,
                    networks,
                    Optional.of(new Peers(others, identity, timeout)),
                    overruled);
        }

        public NativeReplica replicaOf(UpstreamServer primary, List<UpstreamServer> others) {
            return new NativeReplica(primary, identity, networks, timeout, rejoin, others);
        }

        /// With the name that this node has among the others, unless it was given one.
        public NativeAuto called(String name) {
            return new NativeAuto(
                    nodes,
                    replication,
                    identity.called(name),
                    networks,
                    timeout,
                    rejoin,
                    overruled,
                    alone);
        }

        /// The environment as it is now, in the role that a start has decided.
        public Mode as(Mode decided) {
            return switch (decided) {
                case NativePrimary primary ->
                        new NativePrimary(
                                replication,
                                networks,
                                primary.peers()
                                        .map(peers ->
                                                new Peers(
                                                        renewed(peers.servers()),
                                                        peers.identity(),
                                                        timeout)),
                                overruled);
                case NativeReplica replica ->
                        new NativeReplica(
                                renewed(List.of(replica.upstream())).getFirst(),
                                replica.identity(),
                                networks,
                                timeout,
                                rejoin,
                                renewed(replica.peers()));
                case Standalone _, Patroni _, NativeAuto _ -> this;
            };
        }

        /// The same addresses, with the login of now.
        private List<UpstreamServer> renewed(List<UpstreamServer> servers) {
            return servers.stream()
                    .map(server ->
                            new UpstreamServer(
                                    server.address(),
                                    replication,
                                    nodes.servers().getFirst().tls()))
                    .toList();
        }

        @Override
        public String title() {
            return "native node of " + nodes.servers().size();
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

        /// The same replica of another primary.
        public NativeReplica under(UpstreamServer other) {
            return new NativeReplica(other, identity, networks, timeout, rejoin, peers);
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
