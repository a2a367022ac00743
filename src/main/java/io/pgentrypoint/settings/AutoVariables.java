package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.settings.Variable.Group;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The variables of `REPLICATION_ROLE=auto`.
final class AutoVariables {

    static final VariableList LIST = new VariableList();

    static final Variable<List<HostPort>> CLUSTER_HOSTS =
            LIST.declare(
                    "CLUSTER_HOSTS",
                    Group.REPLICATION,
                    Parsers::endpoints,
                    "PEER_HOSTS",
                    """
                    with REPLICATION_ROLE=auto: all nodes, this one too, host or host:port each, \
                    the same list on each node; the first one makes the cluster; \
                    docs/reference/cluster.md\
                    """);
    static final Variable<Integer> CLUSTER_SIZE =
            LIST.declare(
                    "CLUSTER_SIZE",
                    Group.REPLICATION,
                    AutoVariables::size,
                    "–",
                    """
                    number of pods of a StatefulSet: CLUSTER_HOSTS is its headless service then, \
                    and the list is made of the names of the pods\
                    """);
    static final Variable<String> NODE_NAME =
            LIST.declare(
                    "NODE_NAME",
                    Group.REPLICATION,
                    Parsers::host,
                    "the host name or the address",
                    "which host of CLUSTER_HOSTS this node is");
    static final Variable<Optional<Duration>> START_ALONE =
            LIST.declare(
                    "START_ALONE",
                    Group.REPLICATION,
                    AutoVariables::alone,
                    "false",
                    """
                    with REPLICATION_ROLE=auto: whether a primary that reaches no majority of \
                    CLUSTER_HOSTS starts: false (it waits), true, or a time after which it does\
                    """);

    private AutoVariables() {}

    private static int size(String text) throws BadValue {
        if (!text.strip().matches("[1-9][0-9]?")) {
            throw new BadValue(
                    "must be a number of nodes, from 1 to 99",
                    "set it to the replicas of the StatefulSet");
        }
        return Integer.parseInt(text.strip());
    }

    /// After how long; absent is never.
    private static Optional<Duration> alone(String text) throws BadValue {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "false" -> Optional.empty();
            case "true" -> Optional.of(Duration.ZERO);
            default -> Optional.of(Parsers.duration(text));
        };
    }
}
