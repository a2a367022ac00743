package io.pgentrypoint.execute.sql;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.sql.SQLException;
import java.time.Duration;

/// Why a server is not changed, or not waited for any longer.
final class Refusals {

    private static final int LONGEST_EXAMPLE = 61;

    private Refusals() {}

    static Refusal noCheckpoint(HostPort primary, Duration waited, String seen) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot rewind to %s: waited %s s (PRIMARY_WAIT), and %s"
                        .formatted(primary, waited.toSeconds(), seen),
                "run CHECKPOINT on it and start again; nothing was touched");
    }

    static Refusal noSlot(String name, HostPort primary, SQLException e) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot create the replication slot %s on %s: %s"
                        .formatted(name, primary, e.getMessage()),
                "correct that on the primary, or set REPLICATION_SLOT=none",
                e);
    }

    static Refusal slotOfAnother(String name, HostPort primary, String why) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot use the replication slot %s on %s: %s".formatted(name, primary, why),
                """
                set REPLICATION_SLOT on this node to a name that nothing else uses, for example \
                %s_2, or set REPLICA_NAME to a name from which another slot name follows\
                """
                        .formatted(name.substring(0, Math.min(LONGEST_EXAMPLE, name.length()))));
    }

    static Refusal successorNotTold(HostPort successor, SQLException e) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot tell %s to take over, by a temporary replication slot there: %s"
                        .formatted(successor, e.getMessage()),
                "correct that there, and switch over again; nothing was stopped",
                e);
    }

    static Refusal successorNotReady(HostPort successor, Duration waited) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s did not get ready to take over within %d s"
                        .formatted(successor, waited.toSeconds()),
                """
                look at its log, which says why; it must run this version, with                 REPLICATION_ROLE=auto, and stream from this node; nothing was stopped\
                """);
    }

    static Refusal superuserReplicates(String role) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot use %s for replication: it is a superuser".formatted(role),
                "set REPLICATION_USER to a role of its own");
    }
}
