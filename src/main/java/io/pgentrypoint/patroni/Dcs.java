package io.pgentrypoint.patroni;

import java.util.Optional;

/// What was found out about the DCS before Patroni is started.
public sealed interface Dcs {

    /// It was asked for this cluster's keys.
    ///
    /// @param systemIdentifier of the cluster that took this scope; empty when none has
    /// @param leader the member that leads now
    record Answered(Optional<String> systemIdentifier, Optional<String> leader) implements Dcs {}

    /// It can be connected to, or only Patroni can find it: what it holds is not known here.
    record Unread() implements Dcs {}

    /// It cannot be used.
    ///
    /// @param detail what the resolver, the kernel or the DCS said
    record Unusable(Reason reason, String detail) implements Dcs {
        public String sentence() {
            return reason.sentence() + (detail.isEmpty() ? "" : " (" + detail + ")");
        }
    }

    /// Why, and what to do.
    enum Reason {
        UNKNOWN_HOST("its name cannot be resolved", "check the DCS's hosts and the network"),
        REFUSED("it refuses connections", "start it, or check its hosts and ports"),
        UNREACHABLE("it does not answer", "check the network to it"),
        NO_QUORUM(
                "it answers, and has no quorum: most of its members are down or apart",
                "look at its members"),
        WRONG_PASSWORD(
                "it rejects this user or password",
                "check the DCS's username and password, or grant that user the cluster's keys"),
        TLS("no agreement on TLS", "check the DCS's protocol, cacert, cert and key"),
        NOT_ETCD(
                "what answers there is no etcd with version 3 of its API",
                "check its hosts and ports; etcd 3.4 or newer is needed");

        private final String sentence;
        private final String remedy;

        Reason(String sentence, String remedy) {
            this.sentence = sentence;
            this.remedy = remedy;
        }

        public String sentence() {
            return sentence;
        }

        public String remedy() {
            return remedy;
        }
    }
}
