package io.pgentrypoint.run;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// Why a start or a promotion does not come to its end.
final class Refusals {

    private Refusals() {}

    static Refusal endlessStart(int rounds) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot get to a start: %d plans were carried out, and each left more to do"
                        .formatted(rounds),
                "look at the plans in the log above");
    }

    static Refusal noServer(Phase phase) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot promote: no server accepts connections here; %s".formatted(phase.meaning()),
                """
                wait until it does (entrypoint status); a volume at rest is promoted by a start \
                with REPLICATION_ROLE=primary\
                """);
    }

    static Refusal inUse(Path dataDirectory) {
        return new Refusal(
                ExitCode.BUSY,
                "cannot revert the upgrade of %s: this node runs on it".formatted(dataDirectory),
                """
                stop it, and run entrypoint upgrade --revert in a container of its own, with the \
                same volume and variables\
                """);
    }

    static Refusal noServerToHandOver(Phase phase) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: no server accepts connections here; %s"
                        .formatted(phase.meaning()),
                "wait until it does (entrypoint status)");
    }

    static Refusal tooLate(HostPort primary) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot take over from %s: its answer came too late".formatted(primary),
                "switch over again; this node stays a standby");
    }

    static Refusal notHandedOver(HostPort successor) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s did not take over in time".formatted(successor),
                "look at its log; this node starts its server again and takes writes");
    }

    static Refusal notTakenOver(HostPort successor) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s was allowed to take over, and is a standby still"
                        .formatted(successor),
                "look at its log; this node takes writes again");
    }

    static Refusal notStopped(Duration limit) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: the server did not stop within %d s"
                        .formatted(limit.toSeconds()),
                """
                look at the server's log for what it waits for (a standby, archiving); this node                 starts its server again and takes writes\
                """);
    }

    static Refusal notStreaming(HostPort successor, Duration limit) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot see this node stream from %s within %d s"
                        .formatted(successor, limit.toSeconds()),
                "%s takes writes; entrypoint cluster shows what this node lacks"
                        .formatted(successor));
    }

    static Refusal notSwitched(SQLException e) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s".formatted(e.getMessage()),
                "look at the server's log; entrypoint cluster shows which node takes writes",
                e);
    }

    static Refusal busy() {
        return new Refusal(
                ExitCode.BUSY,
                "cannot do it now: a promotion, a switchover or a reload is under way",
                "wait for it; entrypoint status shows when this node is a primary");
    }

    static Refusal notPromoted(SQLException e) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot promote: %s".formatted(e.getMessage()),
                "look at the server's log; entrypoint status shows what this node is now",
                e);
    }
}
