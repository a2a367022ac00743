package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Which nodes there are, and which of them this one is, for `REPLICATION_ROLE=auto`.
record NodesReader(Environment environment, String hostName) {

    private static final Pattern POD = Pattern.compile("(.+)-([0-9]{1,2})");

    /// @param itself absent where only the address can tell
    record Found(List<HostPort> hosts, Optional<HostPort> itself) {}

    /// Empty when there is a problem; it has been reported then.
    Optional<Found> read() {
        List<HostPort> hosts =
                environment
                        .read(AutoVariables.CLUSTER_HOSTS)
                        .or(() -> environment.read(ClusterVariables.PEER_HOSTS))
                        .orElse(List.of());
        Optional<Integer> size = environment.read(AutoVariables.CLUSTER_SIZE);
        Optional<String> name = environment.read(AutoVariables.NODE_NAME);
        if (environment.isRefused(AutoVariables.CLUSTER_HOSTS)
                || environment.isRefused(ClusterVariables.PEER_HOSTS)
                || environment.isRefused(AutoVariables.NODE_NAME)) {
            return Optional.empty();
        }
        if (hosts.isEmpty()) {
            return refuse(
                    AutoVariables.CLUSTER_HOSTS,
                    "must be set with REPLICATION_ROLE=auto",
                    "set it to the hosts of all nodes, the same list on each of them");
        }
        List<HostPort> all = new ArrayList<>(hosts);
        if (size.isPresent()) {
            Matcher pod = POD.matcher(hostName);
            if (hosts.size() != 1 || !pod.matches()) {
                return refuse(
                        AutoVariables.CLUSTER_SIZE,
                        """
                        needs one host in CLUSTER_HOSTS, the headless service, and a host name \
                        that ends with the number of the pod; the host name is %s\
                        """
                                .formatted(hostName),
                        "unset it, and list all nodes in CLUSTER_HOSTS");
            }
            HostPort service = hosts.getFirst();
            all =
                    IntStream.range(0, size.get())
                            .mapToObj(ordinal ->
                                    new HostPort(
                                            "%s-%d.%s"
                                                    .formatted(
                                                            pod.group(1), ordinal, service.host()),
                                            service.port()))
                            .toList();
        }
        if (all.stream().distinct().count() < all.size()) {
            return refuse(
                    AutoVariables.CLUSTER_HOSTS,
                    "names a node twice",
                    "list each node once, the same list on each of them");
        }
        return placed(all, name);
    }

    private Optional<Found> placed(List<HostPort> hosts, Optional<String> name) {
        List<HostPort> called =
                hosts.stream().filter(host -> isCalled(host, name.orElse(hostName))).toList();
        if (name.isPresent() && called.size() != 1) {
            return refuse(
                    AutoVariables.NODE_NAME,
                    "must be the host of one node in CLUSTER_HOSTS",
                    "set it to the name by which the others reach this node, or unset it");
        }
        // Several nodes may have one host, with different ports: then the address tells.
        return Optional.of(
                new Found(
                        hosts,
                        called.size() == 1 ? Optional.of(called.getFirst()) : Optional.empty()));
    }

    private static boolean isCalled(HostPort node, String name) {
        return node.host().equals(name) || node.host().startsWith(name + ".");
    }

    private Optional<Found> refuse(Variable<?> variable, String rule, String remedy) {
        environment.report(Problem.error(variable.name(), "", rule, remedy));
        return Optional.empty();
    }
}
