package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From the variables to the node's part in a Citus cluster, and every conflict among them.
record CitusReader(Environment environment, String hostName) {

    /// The values of `CITUS_ROLE`.
    enum Role {
        COORDINATOR,
        WORKER
    }

    /// The values of `CITUS_READY_WHEN`.
    enum ReadyWhen {
        REGISTERED,
        SERVING
    }

    /// A role, a colon, its password, on a line each. A password may hold further colons, and a
    /// role's name none.
    static List<Credentials> logins(String text) throws BadValue {
        List<Credentials> logins = new ArrayList<>();
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                throw new BadValue(
                        "must be lines of role:password, and line %d is not"
                                .formatted(logins.size() + 1),
                        "write a role, a colon and its password on each line");
            }
            logins.add(
                    new Credentials(
                            Parsers.roleName(line.substring(0, colon)),
                            Parsers.password(line.substring(colon + 1))));
        }
        return List.copyOf(logins);
    }

    /// @param mode absent when it could not be read
    Optional<Citus> read(Optional<Mode> mode, Superuser superuser) {
        if (!environment.read(ClusterVariables.USE_CITUS, () -> false)) {
            warnOfUnused();
            return Optional.empty();
        }
        String database = environment.read(ClusterVariables.CITUS_DATABASE, superuser::database);
        return switch (mode.orElse(null)) {
            case null -> Optional.empty();
            // Refused by the mode.
            case Mode.NativePrimary _, Mode.NativeReplica _, Mode.NativeAuto _ -> Optional.empty();
            case Mode.Standalone _ -> {
                requirePassword(superuser);
                yield node(database);
            }
            case Mode.Patroni patroni -> Optional.of(member(patroni, database));
        };
    }

    private Optional<Citus> node(String database) {
        String host = environment.read(ClusterVariables.CITUS_NODE_HOST, () -> hostName);
        List<Credentials> logins = environment.read(ClusterVariables.CITUS_LOGINS, List::of);
        Optional<HostPort> coordinator = environment.read(ClusterVariables.CITUS_COORDINATOR_HOST);
        boolean onceRegistered =
                environment.read(ClusterVariables.CITUS_READY_WHEN, () -> ReadyWhen.REGISTERED)
                        == ReadyWhen.REGISTERED;
        return switch (environment.read(ClusterVariables.CITUS_ROLE, () -> Role.COORDINATOR)) {
            case COORDINATOR -> {
                if (coordinator.isPresent()) {
                    environment.report(
                            Problem.error(
                                    ClusterVariables.CITUS_COORDINATOR_HOST.name(),
                                    coordinator.get().toString(),
                                    """
                                    names a coordinator, and this node is one itself \
                                    (CITUS_ROLE=coordinator)\
                                    """,
                                    """
                                    set CITUS_ROLE=worker, or unset it and say with \
                                    CITUS_NODE_HOST how the workers reach this node\
                                    """));
                }
                yield Optional.of(new Citus.Coordinator(database, logins, host, onceRegistered));
            }
            case WORKER -> {
                if (coordinator.isEmpty()
                        && !environment.isRefused(ClusterVariables.CITUS_COORDINATOR_HOST)) {
                    environment.report(
                            Problem.error(
                                    ClusterVariables.CITUS_COORDINATOR_HOST.name(),
                                    "",
                                    "must be set with CITUS_ROLE=worker: a worker registers itself there",
                                    "set it to host or host:port of the coordinator"));
                }
                yield coordinator.map(
                        found -> new Citus.Worker(database, logins, host, onceRegistered, found));
            }
        };
    }

    private Citus member(Mode.Patroni patroni, String database) {
        Optional<Integer> group = environment.read(ClusterVariables.CITUS_GROUP);
        if (group.isEmpty()
                && !environment.isRefused(ClusterVariables.CITUS_GROUP)
                && !patroni.given().has("citus", "group")) {
            environment.report(
                    Problem.error(
                            ClusterVariables.CITUS_GROUP.name(),
                            "",
                            """
                            must be set with USE_CITUS=true and USE_PATRONI=true: each \
                            primary and its standbys are one group of the Citus cluster\
                            """,
                            """
                            set it to 0 on the coordinator's members, and to 1, 2, … on \
                            those of the workers\
                            """));
        }
        for (Variable<?> unused :
                List.of(
                        ClusterVariables.CITUS_ROLE,
                        ClusterVariables.CITUS_COORDINATOR_HOST,
                        ClusterVariables.CITUS_NODE_HOST,
                        ClusterVariables.CITUS_READY_WHEN)) {
            if (environment.isSet(unused)) {
                environment.report(
                        Problem.warning(
                                unused.name(),
                                "",
                                "has no effect with USE_PATRONI=true: Patroni registers the nodes",
                                "unset it; CITUS_GROUP says what this member is"));
            }
        }
        return new Citus.Member(
                database, environment.read(ClusterVariables.CITUS_LOGINS, List::of), group);
    }

    private void requirePassword(Superuser superuser) {
        boolean trusting =
                environment
                        .read(Variables.POSTGRES_HOST_AUTH_METHOD)
                        .filter("trust"::equals)
                        .isPresent();
        if (superuser.password().isEmpty()
                && !trusting
                && !environment.isRefused(Variables.POSTGRES_PASSWORD)) {
            environment.report(
                    Problem.error(
                            Variables.POSTGRES_PASSWORD.name(),
                            "",
                            "must be set with USE_CITUS=true: the nodes log in to each other with it",
                            "set it, or POSTGRES_PASSWORD_FILE, to the same value on every node"));
        }
    }

    /// What Citus cannot do without, whatever else is asked for.
    void check(Map<String, String> serverSettings) {
        String level = serverSettings.getOrDefault("wal_level", "logical").strip();
        if (!level.equalsIgnoreCase("logical")) {
            environment.report(
                    Problem.error(
                            ServerSettings.variable("wal_level"),
                            level,
                            """
                            cannot be used with USE_CITUS=true: shards are moved by \
                            logical replication\
                            """,
                            "unset it, or set it to logical"));
        }
    }

    private void warnOfUnused() {
        for (Variable<?> variable :
                List.of(
                        ClusterVariables.CITUS_ROLE,
                        ClusterVariables.CITUS_COORDINATOR_HOST,
                        ClusterVariables.CITUS_NODE_HOST,
                        ClusterVariables.CITUS_DATABASE,
                        ClusterVariables.CITUS_LOGINS,
                        ClusterVariables.CITUS_READY_WHEN,
                        ClusterVariables.CITUS_GROUP)) {
            if (environment.isSet(variable)) {
                environment.report(
                        Problem.warning(
                                variable.name(),
                                "",
                                "has no effect without USE_CITUS=true",
                                "set USE_CITUS=true, or unset it"));
            }
        }
    }
}
