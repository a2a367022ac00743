package io.pgentrypoint.execute.upgrade;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/// Why an upgrade does not go on. The old cluster is in its place, and whole.
final class Refusals {

    private Refusals() {}

    static Refusal noRole(Layout layout, String user, SQLException e) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot ask the old server of %s: %s"
                        .formatted(layout.dataDirectory(), e.getMessage()),
                "set POSTGRES_USER to a superuser of that cluster, instead of %s".formatted(user),
                e);
    }

    static Refusal configuration(Layout layout, String complaint) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot carry the configuration of %s over: this server does not take it, even \
                without the settings that it does not know: %s\
                """
                        .formatted(layout.dataDirectory(), complaint),
                "start the old image, correct the setting, and start this one again");
    }

    static Refusal temporaryDirectory(Path work) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot run pg_upgrade in %s: it reads paths through a shell".formatted(work),
                "use a temporary directory whose path has letters, digits, and . _ - only");
    }

    static Refusal upgradeFails(Layout layout, String complaint, List<String> reports) {
        return new Refusal(
                ExitCode.DATA,
                "cannot upgrade %s: pg_upgrade says: %s%s"
                        .formatted(
                                layout.dataDirectory(),
                                complaint,
                                reports.isEmpty() ? "" : " | " + String.join(" | ", reports)),
                """
                the old cluster is as it was: start the old image, mend what is named, and start \
                this one again\
                """);
    }
}
