package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.Nodes;
import io.pgentrypoint.settings.mode.Peers;
import io.pgentrypoint.settings.mode.Rejoin;
import io.pgentrypoint.settings.mode.Slot;
import io.pgentrypoint.settings.mode.StandbyIdentity;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// From the variables to the mode, and every conflict among them.
final class ModeReader {

    /// The values of `HA_MODE`.
    enum HaMode {
        STANDALONE,
        NATIVE
    }

    // 0.0.0.0/0 does not match a client that arrives by IPv6.
    private static final List<Network> ANYWHERE =
            List.of(new Network("0.0.0.0/0", false), new Network("::/0", false));

    private final Environment environment;
    private final String hostName;

    ModeReader(Environment environment, String hostName) {
        this.environment = environment;
        this.hostName = hostName;
    }

    /// Empty when there is a problem; it has been reported then.
    Optional<Mode> read() {
        boolean isNative =
                environment.read(ClusterVariables.HA_MODE).orElse(HaMode.STANDALONE)
                        == HaMode.NATIVE;
        boolean isPatroni = environment.read(ClusterVariables.USE_PATRONI, () -> false);
        refuseOthers(isNative, isPatroni);
        if (isPatroni && !isNative) {
            environment.read(ClusterVariables.REPLICATION_ROLE);
            return patroni();
        }
        if (!isNative) {
            environment.read(ClusterVariables.REPLICATION_ROLE);
            warnOfUnused();
            return environment.isRefused(ClusterVariables.HA_MODE)
                    ? Optional.empty()
                    : Optional.of(new Mode.Standalone());
        }
        Optional<ReplicationRole> role =
                environment.require(
                        ClusterVariables.REPLICATION_ROLE,
                        "Invalid REPLICATION_ROLE: HA_MODE=native needs one",
                        "set it to primary, replica or auto");
        Optional<Credentials> credentials = credentials();
        List<Network> networks =
                environment.read(ClusterVariables.REPLICATION_NETWORK, () -> ANYWHERE);
        if (role.isEmpty()) {
            return Optional.empty();
        }
        return switch (role.get()) {
            case PRIMARY -> primary(credentials, networks);
            case REPLICA -> replica(credentials, networks);
            case AUTO -> auto(credentials, networks);
        };
    }

    private Optional<Mode> primary(Optional<Credentials> credentials, List<Network> networks) {
        List<HostPort> hosts = environment.read(ClusterVariables.PEER_HOSTS, List::of);
        Optional<Integer> overruled = environment.read(ClusterVariables.OVERRULE_TIMELINE);
        if (hosts.isEmpty()) {
            return credentials.map(
                    role -> new Mode.NativePrimary(role, networks, Optional.empty(), overruled));
        }
        Optional<StandbyIdentity> identity = identity();
        Tls tls = new TlsReader(environment).read();
        Duration timeout = timeout();
        // Not for a primary: it is read so that a wrong value is told.
        environment.read(ClusterVariables.REJOIN);
        return credentials.flatMap(role ->
                identity.map(found ->
                        new Mode.NativePrimary(
                                role,
                                networks,
                                Optional.of(new Peers(servers(hosts, role, tls), found, timeout)),
                                overruled)));
    }

    /// Everything is read, so that every problem is told at once.
    private Optional<Mode> auto(Optional<Credentials> credentials, List<Network> networks) {
        Optional<NodesReader.Found> nodes = new NodesReader(environment, hostName).read();
        Optional<StandbyIdentity> identity = identity();
        Tls tls = new TlsReader(environment).read();
        Duration timeout = timeout();
        Rejoin rejoin = environment.read(ClusterVariables.REJOIN, () -> Rejoin.REFUSE);
        Optional<Integer> overruled = environment.read(ClusterVariables.OVERRULE_TIMELINE);
        Optional<Duration> alone = environment.read(AutoVariables.START_ALONE, Optional::empty);
        return credentials.flatMap(role ->
                identity.flatMap(found ->
                        nodes.map(list ->
                                new Mode.NativeAuto(
                                        new Nodes(servers(list.hosts(), role, tls), list.itself()),
                                        role,
                                        found,
                                        networks,
                                        timeout,
                                        rejoin,
                                        overruled,
                                        alone))));
    }

    private static List<UpstreamServer> servers(List<HostPort> hosts, Credentials role, Tls tls) {
        return hosts.stream().map(host -> new UpstreamServer(host, role, tls)).toList();
    }

    private Optional<Credentials> credentials() {
        String user = replicationUser();
        Optional<Secret> password =
                environment.require(
                        ClusterVariables.REPLICATION_PASSWORD,
                        "must be set with %s; there is no default"
                                .formatted(
                                        environment.isSet(ClusterVariables.HA_MODE)
                                                ? "HA_MODE=native"
                                                : "USE_PATRONI=true"),
                        "set it, or REPLICATION_PASSWORD_FILE, to the same value on every node");
        return password.map(found -> new Credentials(user, found));
    }

    private Optional<Mode> replica(Optional<Credentials> credentials, List<Network> networks) {
        Optional<String> host =
                environment.require(
                        ClusterVariables.PRIMARY_HOST,
                        "PRIMARY_HOST must be set for replica role",
                        "set it to the host name of the primary");
        int port = environment.read(ClusterVariables.PRIMARY_PORT, () -> 5432);
        // Read whatever else is missing: every problem is told at once.
        List<HostPort> peers = environment.read(ClusterVariables.PEER_HOSTS, List::of);
        Optional<StandbyIdentity> identity = identity();
        Tls tls = new TlsReader(environment).read();
        Duration timeout = timeout();
        Rejoin rejoin = environment.read(ClusterVariables.REJOIN, () -> Rejoin.REFUSE);
        if (host.isEmpty() || credentials.isEmpty() || identity.isEmpty()) {
            return Optional.empty();
        }
        Credentials role = credentials.get();
        return Optional.of(
                new Mode.NativeReplica(
                        new UpstreamServer(new HostPort(host.get(), port), role, tls),
                        identity.get(),
                        networks,
                        timeout,
                        rejoin,
                        servers(peers, role, tls)));
    }

    private Optional<StandbyIdentity> identity() {
        Optional<String> given = environment.read(ClusterVariables.REPLICA_NAME);
        String name = given.orElse(hostName);
        String slotText = environment.read(ClusterVariables.REPLICATION_SLOT, () -> "none");
        return slot(slotText, name)
                .map(slot ->
                        new StandbyIdentity(
                                name, given.isPresent(), slot, slotText.equals(Slot.AUTO)));
    }

    private Duration timeout() {
        return environment.read(ClusterVariables.PRIMARY_WAIT, () -> Duration.ofMinutes(5));
    }

    private Optional<Slot> slot(String text, String replicaName) {
        try {
            return Optional.of(Slot.parse(text, replicaName));
        } catch (BadValue e) {
            environment.report(
                    Problem.error(
                            ClusterVariables.REPLICATION_SLOT.name(), text, e.rule(), e.remedy()));
            return Optional.empty();
        }
    }

    private Optional<Mode> patroni() {
        Optional<Secret> document = environment.read(ClusterVariables.PATRONI_CONFIGURATION);
        SortedMap<String, Secret> variables = new TreeMap<>(environment.patroni());
        environment
                .read(ClusterVariables.PATRONI_SCOPE)
                .ifPresent(scope -> variables.put("PATRONI_SCOPE", new Secret(scope)));
        environment
                .read(ClusterVariables.PATRONI_NAME)
                .ifPresent(name -> variables.put("PATRONI_NAME", new Secret(name)));
        PatroniConfiguration given = new PatroniConfiguration(document, variables);
        Optional<String> scope = given.text("scope");
        if (scope.isEmpty() && !environment.isRefused(ClusterVariables.PATRONI_SCOPE)) {
            environment.report(
                    Problem.error(
                            ClusterVariables.PATRONI_SCOPE.name(),
                            "",
                            "must be set with USE_PATRONI=true: the name of the cluster",
                            "set it to the same name on every member"));
        }
        requireDcs(given);
        String[] superuser = {"postgresql", "authentication", "superuser", "password"};
        if (given.text(superuser).isEmpty() && !environment.isSet(Variables.POSTGRES_PASSWORD)) {
            environment.report(
                    Problem.error(
                            Variables.POSTGRES_PASSWORD.name(),
                            "",
                            """
                            must be set with USE_PATRONI=true: a former leader logs in \
                            with it to rewind\
                            """,
                            "set it, or POSTGRES_PASSWORD_FILE, to the same value on every member"));
        }
        String[] role = {"postgresql", "authentication", "replication"};
        Optional<Credentials> credentials =
                given.text(role[0], role[1], role[2], "password")
                        .map(password ->
                                new Credentials(
                                        given.text(role[0], role[1], role[2], "username")
                                                .orElseGet(this::replicationUser),
                                        new Secret(password)))
                        .or(this::credentials);
        List<Network> networks =
                environment.read(ClusterVariables.REPLICATION_NETWORK, () -> ANYWHERE);
        Duration timeout =
                environment.read(ClusterVariables.PRIMARY_WAIT, () -> Duration.ofMinutes(5));
        if (scope.isEmpty() || credentials.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Mode.Patroni(
                        scope.get(),
                        given.text("name").orElse(hostName),
                        credentials.get(),
                        networks,
                        given,
                        timeout));
    }

    private void requireDcs(PatroniConfiguration given) {
        Optional<DcsAddress> store = given.dcs();
        boolean nowhere = store.filter(found -> isNamed(found, given)).isEmpty();
        if (nowhere && !environment.isRefused(ClusterVariables.PATRONI_CONFIGURATION)) {
            environment.report(
                    Problem.error(
                            "PATRONI_ETCD3_HOSTS",
                            "",
                            "must be set with USE_PATRONI=true: the members agree there who leads",
                            """
                            set it to host:port,host:port,…; or set the variables of \
                            another DCS that Patroni knows (PATRONI_CONSUL_HOST, \
                            PATRONI_ZOOKEEPER_HOSTS, PATRONI_KUBERNETES_LABELS)\
                            """));
        } else if (store.isPresent() && store.get().kind() == DcsAddress.Kind.ETCD) {
            environment.report(
                    Problem.warning(
                            "PATRONI_ETCD_HOSTS",
                            "",
                            "speaks version 2 of etcd's API, which an etcd of today does not answer",
                            "use PATRONI_ETCD3_HOSTS"));
        }
    }

    private static boolean isNamed(DcsAddress store, PatroniConfiguration given) {
        return store.kind() != DcsAddress.Kind.ETCD3
                || !store.places().isEmpty()
                || given.has("etcd3", "srv");
    }

    private String replicationUser() {
        return environment.read(ClusterVariables.REPLICATION_USER, () -> "replicator");
    }

    private void refuseOthers(boolean isNative, boolean isPatroni) {
        if (isNative && isPatroni) {
            refuseBoth("USE_PATRONI=true", "only one of them can be active");
        }
        if (isNative && environment.read(ClusterVariables.USE_CITUS, () -> false)) {
            refuseBoth("USE_CITUS=true", "native replication does not know Citus's nodes");
        }
    }

    private void refuseBoth(String engine, String why) {
        environment.report(
                Problem.error(
                        ClusterVariables.HA_MODE.name(),
                        "native",
                        "HA_MODE=native cannot be used with %s: %s".formatted(engine, why),
                        "unset one of them"));
    }

    private void warnOfUnused() {
        for (Variable<?> variable :
                List.of(
                        ClusterVariables.REPLICATION_ROLE,
                        ClusterVariables.REPLICATION_PASSWORD,
                        ClusterVariables.PRIMARY_HOST,
                        ClusterVariables.SYNCHRONOUS_STANDBYS,
                        ClusterVariables.PEER_HOSTS)) {
            if (environment.isSet(variable) && !environment.isRefused(ClusterVariables.HA_MODE)) {
                environment.report(
                        Problem.warning(
                                variable.name(),
                                "",
                                "has no effect without HA_MODE=native",
                                "set HA_MODE=native, or unset it"));
            }
        }
    }
}
