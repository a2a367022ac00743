package io.pgentrypoint.patroni;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Secret;
import java.util.List;
import java.util.Optional;

/// The store in which Patroni's nodes agree who leads (Patroni: DCS).
///
/// @param places each is tried until one answers; none where only Patroni can find them
/// @param tls whether it is asked over HTTPS
/// @param folder where this cluster's keys are
public record DcsAddress(
        Kind kind,
        List<HostPort> places,
        boolean tls,
        Optional<String> cacert,
        Optional<String> cert,
        Optional<String> key,
        Optional<String> user,
        Optional<Secret> password,
        String folder) {

    /// The stores that Patroni knows, by the name of their section, with their usual port.
    public enum Kind {
        ETCD3("etcd", 2379),
        ETCD("etcd (version 2 of its API)", 2379),
        CONSUL("Consul", 8500),
        ZOOKEEPER("ZooKeeper", 2181),
        EXHIBITOR("Exhibitor", 8181),
        KUBERNETES("the Kubernetes API", 443),
        RAFT("Raft", 2222);

        private final String title;
        private final int port;

        Kind(String title, int port) {
            this.title = title;
            this.port = port;
        }

        public String title() {
            return title;
        }

        String section() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public DcsAddress {
        places = List.copyOf(places);
    }

    static Optional<DcsAddress> of(PatroniConfiguration given) {
        for (Kind kind : Kind.values()) {
            if (given.has(kind.section())) {
                return Optional.of(of(kind, given));
            }
        }
        return Optional.empty();
    }

    private static DcsAddress of(Kind kind, PatroniConfiguration given) {
        String section = kind.section();
        boolean https =
                given.text(section, "protocol")
                                .or(() -> given.text(section, "scheme"))
                                .orElse("")
                                .equals("https")
                        || given.text(section, "url").orElse("").startsWith("https:");
        String namespace = given.text("namespace").orElse("service").replaceAll("^/+|/+$", "");
        return new DcsAddress(
                kind,
                kind == Kind.KUBERNETES || kind == Kind.RAFT
                        ? List.of()
                        : given.places(section, kind.port),
                https,
                given.text(section, "cacert"),
                given.text(section, "cert"),
                given.text(section, "key"),
                given.text(section, "username"),
                given.text(section, "password").map(Secret::new),
                "/" + namespace + "/" + given.text("scope").orElse("") + "/");
    }

    /// Of one group of a Citus cluster, which is a cluster of its own for Patroni.
    public DcsAddress ofGroup(String group) {
        return new DcsAddress(
                kind, places, tls, cacert, cert, key, user, password, folder + group + "/");
    }

    /// For the log.
    public String title() {
        return places.isEmpty()
                ? kind.title()
                : "%s %s"
                        .formatted(
                                kind.title(),
                                String.join(
                                        ", ", places.stream().map(HostPort::toString).toList()));
    }
}
