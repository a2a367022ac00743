package io.pgentrypoint.run;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Refusal;
import java.sql.SQLException;

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

    static Refusal busy() {
        return new Refusal(
                ExitCode.BUSY,
                "cannot promote: a promotion or a reload is under way",
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
