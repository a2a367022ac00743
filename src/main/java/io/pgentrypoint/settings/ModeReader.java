package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// From the variables to the mode, and every conflict among them.
final class ModeReader {

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
        boolean isNative = environment.read(Variables.HA_MODE).isPresent();
        refuseOthers(isNative);
        if (!isNative) {
            environment.read(Variables.REPLICATION_ROLE);
            warnOfUnused();
            return environment.isRefused(Variables.HA_MODE)
                    ? Optional.empty()
                    : Optional.of(new Mode.Standalone());
        }
        Optional<ReplicationRole> role =
                environment.require(
                        Variables.REPLICATION_ROLE,
                        "Invalid REPLICATION_ROLE: HA_MODE=native needs one",
                        "set it to primary or replica");
        Optional<Credentials> credentials = credentials();
        List<Network> networks = environment.read(Variables.REPLICATION_NETWORK, () -> ANYWHERE);
        if (role.isEmpty()) {
            return Optional.empty();
        }
        return switch (role.get()) {
            case PRIMARY -> primary(credentials, networks);
            case REPLICA -> replica(credentials, networks);
        };
    }

    private Optional<Mode> primary(Optional<Credentials> credentials, List<Network> networks) {
        List<Endpoint> peers = environment.read(Variables.PEER_HOSTS, List::of);
        if (peers.isEmpty()) {
            return credentials.map(role -> new Mode.NativePrimary(role, networks, List.of()));
        }
        return following(credentials, networks)
                .map(following ->
                        new Mode.NativePrimary(
                                credentials.orElseThrow(),
                                networks,
                                peers.stream().map(following).toList()));
    }

    private Optional<Credentials> credentials() {
        String user = environment.read(Variables.REPLICATION_USER, () -> "replicator");
        Optional<Secret> password =
                environment.require(
                        Variables.REPLICATION_PASSWORD,
                        "must be set with HA_MODE=native; there is no default",
                        "set it, or REPLICATION_PASSWORD_FILE, to the same value on every node");
        return password.map(found -> new Credentials(user, found));
    }

    private Optional<Mode> replica(Optional<Credentials> credentials, List<Network> networks) {
        Optional<String> host =
                environment.require(
                        Variables.PRIMARY_HOST,
                        "PRIMARY_HOST must be set for replica role",
                        "set it to the host name of the primary");
        int port = environment.read(Variables.PRIMARY_PORT, () -> 5432);
        // Read whatever else is missing: every problem is told at once.
        Optional<Function<Endpoint, Mode.NativeReplica>> following =
                following(credentials, networks);
        return host.flatMap(
                name -> following.map(replica -> replica.apply(new Endpoint(name, port))));
    }

    /// What this node is under a primary, whichever that is.
    private Optional<Function<Endpoint, Mode.NativeReplica>> following(
            Optional<Credentials> credentials, List<Network> networks) {
        Optional<String> given = environment.read(Variables.REPLICA_NAME);
        String name = given.orElse(hostName);
        String slotText = environment.read(Variables.REPLICATION_SLOT, () -> "none");
        Optional<Slot> slot = slot(slotText, name);
        Tls tls = tls();
        Duration patience = environment.read(Variables.PRIMARY_WAIT, () -> Duration.ofMinutes(5));
        Rejoin rejoin = environment.read(Variables.REJOIN, () -> Rejoin.REFUSE);
        return credentials.flatMap(role ->
                slot.map(found ->
                        primary ->
                                new Mode.NativeReplica(
                                        role,
                                        networks,
                                        primary,
                                        tls,
                                        name,
                                        found,
                                        patience,
                                        given.isPresent(),
                                        slotText.equals(Slot.AUTO),
                                        rejoin)));
    }

    private Optional<Slot> slot(String text, String replicaName) {
        try {
            return Optional.of(Slot.parse(text, replicaName));
        } catch (BadValue e) {
            environment.report(
                    Problem.error(Variables.REPLICATION_SLOT.name(), text, e.rule(), e.remedy()));
            return Optional.empty();
        }
    }

    private Tls tls() {
        Tls tls =
                new Tls(
                        environment.read(Variables.REPLICATION_SSLMODE, () -> SslMode.PREFER),
                        environment.read(Variables.REPLICATION_SSLROOTCERT),
                        environment.read(Variables.REPLICATION_SSLCERT),
                        environment.read(Variables.REPLICATION_SSLKEY));
        boolean verifies = tls.mode() == SslMode.VERIFY_CA || tls.mode() == SslMode.VERIFY_FULL;
        if (verifies && tls.rootCertificate().isEmpty()) {
            environment.report(
                    Problem.error(
                            Variables.REPLICATION_SSLROOTCERT.name(),
                            "",
                            "must be set with REPLICATION_SSLMODE=" + tls.mode().word(),
                            "set it to the file of the certificates that sign the primary's"));
        }
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            environment.report(
                    Problem.error(
                            Variables.REPLICATION_SSLCERT.name(),
                            "",
                            "a client certificate and its key belong together",
                            "set both REPLICATION_SSLCERT and REPLICATION_SSLKEY, or neither"));
        }
        return tls;
    }

    private void refuseOthers(boolean isNative) {
        refuse(
                Variables.USE_PATRONI,
                "USE_PATRONI=true",
                isNative,
                "only one of them can be active");
        refuse(
                Variables.USE_CITUS,
                "USE_CITUS=true",
                isNative,
                "native replication does not know Citus's nodes");
    }

    private void refuse(Variable<Boolean> engine, String title, boolean isNative, String why) {
        if (!environment.read(engine, () -> false)) {
            return;
        }
        environment.report(
                isNative
                        ? Problem.error(
                                Variables.HA_MODE.name(),
                                "native",
                                "HA_MODE=native cannot be used with " + title + ": " + why,
                                "unset one of them")
                        : Problem.error(
                                engine.name(),
                                "true",
                                "is not supported by this version",
                                "unset it; the changelog says when it arrives"));
    }

    private void warnOfUnused() {
        for (Variable<?> variable :
                List.of(
                        Variables.REPLICATION_ROLE,
                        Variables.REPLICATION_PASSWORD,
                        Variables.PRIMARY_HOST,
                        Variables.PEER_HOSTS)) {
            if (environment.isSet(variable) && !environment.isSet(Variables.HA_MODE)) {
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
