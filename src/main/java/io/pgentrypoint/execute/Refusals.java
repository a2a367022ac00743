package io.pgentrypoint.execute;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// Why a step is not done.
final class Refusals {

    private Refusals() {}

    static Refusal notPermitted(String step, AccessDeniedException e) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot %s: permission denied on %s".formatted(step, e.getFile()),
                "give that path to the user this process runs as",
                e);
    }

    static Refusal notWritten(String step, IOException e) {
        return new Refusal(
                ExitCode.IO,
                "cannot %s: %s".formatted(step, e),
                "look at the volume: is it full, read-only or gone?",
                e);
    }

    static Refusal serverRefuses(String step, SQLException e) {
        return new Refusal(
                ExitCode.BUG,
                "cannot %s: %s".formatted(step, e.getMessage()),
                "look at the server's log lines above",
                e);
    }

    static Refusal notPlanned(String what) {
        return new Refusal(
                ExitCode.BUG,
                "cannot %s: the plan has none".formatted(what),
                "report this plan: it is a bug of entrypoint");
    }

    static Refusal noAnswer(String what, Duration waited, String seen, String remedy) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot use %s: waited %s s (PRIMARY_WAIT), and %s"
                        .formatted(what, waited.toSeconds(), seen),
                remedy);
    }

    static Refusal initdbFails(int code, String complaint) {
        return new Refusal(
                code,
                "cannot create the cluster: initdb ended with code %s: %s"
                        .formatted(code, complaint),
                "correct POSTGRES_INITDB_ARGS or what else it names; the next start begins anew");
    }

    static Refusal noDefaultFiles(int code, String complaint) {
        return new Refusal(
                ExitCode.IO,
                "cannot make configuration files: initdb ended with code %s: %s"
                        .formatted(code, complaint),
                "put a postgresql.conf and a pg_hba.conf into the data directory");
    }

    static Refusal diskFull(HostPort primary, String complaint) {
        return new Refusal(
                ExitCode.IO,
                "cannot clone %s: the disk is full: %s".formatted(primary, complaint),
                "enlarge the volume and start again; the start deletes the partial copy");
    }

    static Refusal slotInUse(HostPort primary, int code, String complaint) {
        return notCloned(
                primary,
                code,
                complaint,
                """
                the slot is another replica's: set REPLICATION_SLOT or REPLICA_NAME on one of the \
                two to another name\
                """);
    }

    static Refusal notCloned(HostPort primary, int code, String complaint) {
        return notCloned(
                primary,
                code,
                complaint,
                "correct that and start again; the start deletes the partial copy");
    }

    private static Refusal notCloned(HostPort primary, int code, String complaint, String remedy) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot clone %s: pg_basebackup ended with code %s: %s"
                        .formatted(primary, code, complaint),
                remedy);
    }

    static Refusal cloneOfAnother(HostPort primary, String found, String expected) {
        return new Refusal(
                ExitCode.DATA,
                "cannot use the clone of %s: its system identifier is %s, not %s"
                        .formatted(primary, found, expected),
                "check what PRIMARY_HOST leads to");
    }

    static Refusal wrongSettings(String complaint, String variables) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot start the server with these settings: %s".formatted(complaint),
                variables.isEmpty()
                        ? "correct the setting that the server names"
                        : "correct %s".formatted(variables));
    }

    static Refusal notSelfSigned(String complaint) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot make a certificate: openssl says %s".formatted(complaint),
                "set TLS_CERT and TLS_KEY in place of TLS=self-signed");
    }

    static Refusal notOurs(Path directory) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot keep Patroni's configuration in %s: it belongs to another user, or is no directory"
                        .formatted(directory),
                "remove it, or mount a tmpfs of its own on the directory above");
    }

    static Refusal wrongPatroniConfiguration(String complaint) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot start Patroni with this configuration: %s".formatted(complaint),
                """
                correct the PATRONI_* variable or the line of PATRONI_CONFIGURATION that it names; \
                entrypoint render prints the whole\
                """);
    }
}
