package io.pgentrypoint.observe.upstream;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What the server that a standby follows says.
public sealed interface Upstream {

    /// It took our replication connection.
    ///
    /// @param major its PostgreSQL major version
    /// @param walPosition how far its WAL goes
    /// @param standbySettings the settings that a standby must not run with less of, in the order
    ///   of their names
    record Answered(
            String systemIdentifier,
            int timeline,
            String walPosition,
            int major,
            String walLevel,
            Map<String, Integer> standbySettings)
            implements Upstream {
        public Answered {
            standbySettings = Collections.unmodifiableMap(new TreeMap<>(standbySettings));
        }
    }

    /// It did not.
    ///
    /// @param detail what the resolver, the kernel or the server said
    record Unusable(Reason reason, String detail) implements Upstream {
        /// One sentence for the log: it changes only when the reason changes.
        public String sentence() {
            return reason.sentence() + (detail.isEmpty() ? "" : " (" + detail + ")");
        }
    }

    /// Why an upstream cannot be used, and what to do. In a remedy the first argument is the
    /// variable with the host, the second what has both host and port.
    enum Reason {
        UNKNOWN_HOST("its name cannot be resolved", "check %1$s and the network"),
        REFUSED(
                "it refuses connections: nothing listens on that port yet",
                "start the primary, or check %2$s"),
        UNREACHABLE("it does not answer", "check the network between the two"),
        STARTING("it is starting up", "wait, or look at its log"),
        WRONG_PASSWORD(
                "it rejects the password of the replication role",
                "give both nodes the same REPLICATION_USER and REPLICATION_PASSWORD"),
        NO_HBA_ENTRY(
                "its pg_hba.conf lets no replication in from here",
                "set REPLICATION_NETWORK on the primary, or check REPLICATION_SSLMODE"),
        NOT_A_REPLICATION_ROLE(
                "the role may not replicate",
                "run the primary with HA_MODE=native, or ALTER ROLE … REPLICATION"),
        UNPROVEN(
                """
                it does not prove that it knows the password of the replication role, \
                which REPLICATION_REQUIRE_AUTH asks for\
                """,
                """
                let its pg_hba.conf ask this node for scram-sha-256; to do without that \
                proof, name what it asks for in REPLICATION_REQUIRE_AUTH here\
                """),
        TLS("no agreement on TLS", "check REPLICATION_SSLMODE and its certificate files"),
        FULL(
                "it has no connection left",
                "raise max_wal_senders or max_connections on the primary"),
        NOT_POSTGRESQL("something that is not PostgreSQL answers there", "check %2$s"),
        ITSELF("it is this node itself", "set %1$s to the primary's host name"),
        OTHER("it cannot be used", "look at the primary's log");

        private final String sentence;
        private final String remedy;

        Reason(String sentence, String remedy) {
            this.sentence = sentence;
            this.remedy = remedy;
        }

        public String sentence() {
            return sentence;
        }

        /// Of the primary that a replica follows.
        public String remedy() {
            return remedy.formatted("PRIMARY_HOST", "PRIMARY_HOST and PRIMARY_PORT");
        }

        /// Of a peer.
        public String peerRemedy() {
            return remedy.formatted("PEER_HOSTS", "PEER_HOSTS");
        }

        /// Whether no program answers there, so that the server may be down or cut off.
        public boolean isSilence() {
            return switch (this) {
                case UNKNOWN_HOST, REFUSED, UNREACHABLE -> true;
                case STARTING,
                        WRONG_PASSWORD,
                        NO_HBA_ENTRY,
                        NOT_A_REPLICATION_ROLE,
                        UNPROVEN,
                        TLS,
                        FULL,
                        NOT_POSTGRESQL,
                        ITSELF,
                        OTHER ->
                        false;
            };
        }
    }
}
