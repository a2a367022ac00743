package io.pgentrypoint.execute.server;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;
import java.time.Duration;

/// Why a server that runs for a while does not do what it was started for.
final class Refusals {

    private Refusals() {}

    static Refusal bootstrapEnded(String intent, int code) {
        return new Refusal(
                code == 0 ? ExitCode.BUG.code() : code,
                "cannot %s: it ended with code %s".formatted(intent, code),
                "its log lines above say why");
    }

    static Refusal serverOfScript() {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot use the cluster: a server that a script has started, or stopped, did not \
                shut down cleanly\
                """,
                "let scripts stop the server with pg_ctl -m fast or smart");
    }

    static Refusal unnamedUser(long uid, String wrapper) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                """
                cannot run initdb as uid %s: it has no name in /etc/passwd, and %s, which could \
                give it one, is not installed\
                """
                        .formatted(uid, wrapper),
                """
                install libnss-wrapper, mount an /etc/passwd with a line for that uid, or start \
                with --user postgres\
                """);
    }

    static Refusal scriptFailed(String script, int code) {
        return new Refusal(
                code,
                "cannot run %s: it ended with code %s%s".formatted(script, code, meaning(code)),
                """
                its output is above; correct the script and start again. If this was the first \
                start, the next one builds the cluster anew\
                """);
    }

    private static String meaning(int code) {
        return switch (code) {
            case 3 -> " (psql: an SQL error)";
            case 126 -> " (not executable)";
            case 127 -> " (a command was not found)";
            default -> code > 128 ? " (signal %s)".formatted(code - 128) : "";
        };
    }

    static Refusal shellReplaced(String script) {
        return new Refusal(
                1,
                """
                cannot run the scripts after %s: that script has replaced the shell that runs them \
                all, or ended it with a trap\
                """
                        .formatted(script),
                "make it executable, so that it has a shell of its own");
    }

    static Refusal incompleteJar() {
        return new Refusal(
                ExitCode.BUG,
                "cannot run scripts: scripts.bash is missing in this jar",
                "build it anew");
    }

    static Refusal notPromoted(Path dataDirectory, int code, boolean begun) {
        return new Refusal(
                switch (code) {
                    case 0 -> ExitCode.BUG.code();
                    case 1 -> ExitCode.DATA.code();
                    default -> code;
                },
                "cannot promote %s: its server ended with code %s while it recovered"
                        .formatted(dataDirectory, code),
                begun
                        ? """
                        its log lines above say why. The promotion has begun: the next start \
                        repeats it\
                        """
                        : """
                        its log lines above say why. Nothing was promoted: the WAL that is missing \
                        can still come from a primary that runs (HA_MODE=native \
                        REPLICATION_ROLE=replica PRIMARY_HOST=…), or from an archive \
                        (restore_command)\
                        """);
    }

    static Refusal promotingServerNotClean(int code) {
        return new Refusal(
                code,
                "cannot stop the promoting server cleanly: it ended with code %s".formatted(code),
                "its log lines above say why; the promotion itself was verified");
    }

    static Refusal notConfirmed(String seen) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot confirm this promotion: %s".formatted(seen),
                """
                do not let clients write here; keep this volume as it is, and look at the server's \
                log above\
                """);
    }

    static Refusal notReplayed(String position, Duration waited) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot promote yet: what was received up to %s is not replayed after %s s"
                        .formatted(position, waited.toSeconds()),
                """
                nothing was done; look for queries that hold up replay \
                (max_standby_streaming_delay), and try again, or with a longer --timeout\
                """);
    }

    static Refusal stillInRecovery(Duration waited) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot say how the promotion ends: the server is still in recovery after %s s"
                        .formatted(waited.toSeconds()),
                """
                the promotion cannot be cancelled and goes on; the log says when it is complete, \
                and entrypoint status shows when this node is a primary\
                """);
    }

    static Refusal notRewound(Path dataDirectory, String why) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot rewind %s: %s".formatted(dataDirectory, why),
                """
                it was put back as it was; remove the cause and restart, or set REJOIN=reclone to \
                clone it anew\
                """);
    }

    static Refusal halfRewound(Path staging, String why) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot use what was rewound in %s: %s".formatted(staging, why),
                """
                the next start with REJOIN=rewind or REJOIN=reclone moves it aside and clones anew\
                """);
    }
}
