package io.pgentrypoint.cli;

import io.pgentrypoint.report.ExitCode;
import java.util.List;

/// What to do about each exit code, and the messages that come with it. What a code means is said
/// by the code itself.
///
/// @param text Markdown
record CodeAdvice(String title, String text, List<Trouble> troubles) {

    static CodeAdvice of(ExitCode code) {
        return switch (code) {
            case OK -> only("stopped as asked", "Nothing is to be done.");
            case UNHEALTHY ->
                    only(
                            "not healthy",
                            """
                            `entrypoint status` says why. A node that starts, waits or holds is not \
                            healthy either. Other programs use 1 too: `initdb` and the server say the \
                            reason in the log.\
                            """);
            case USAGE ->
                    only(
                            "the command line",
                            """
                            `entrypoint help` lists the commands, `entrypoint COMMAND --help` the options \
                            of one. Arguments of the server go after `--` with `run` and `plan`. A word \
                            that is near no command is started as a program instead (127 if there is \
                            none).\
                            """);
            case DATA ->
                    new CodeAdvice(
                            "the data directory is not what it must be",
                            "`entrypoint plan` says what it holds.",
                            CodeTroubles.DATA);
            case UNAVAILABLE ->
                    new CodeAdvice(
                            "another node cannot be used",
                            """
                            The engine's restart tries again; `PRIMARY_WAIT` is how long one start waits.\
                            """,
                            CodeTroubles.UNAVAILABLE);
            case BUG ->
                    only(
                            "a defect of this program",
                            "Restart, and report the log with `entrypoint plan`. No data is at stake.");
            case SYSTEM ->
                    only(
                            "the system gives no thread, process or memory",
                            """
                            Raise the limit that the text names: `--pids-limit`, `ulimit -u`, `TasksMax`, \
                            the memory limit. A node needs 50 processes, and one for each connection.\
                            """);
            case CANNOT_CREATE ->
                    new CodeAdvice(
                            "cannot create or write",
                            """
                            The text has owner, mode and uid of what was seen, and the command that \
                            corrects it, for example `chown -R 999:999 DIRECTORY` on the host. \
                            Kubernetes: `fsGroup: 999`.\
                            """,
                            CodeTroubles.CANNOT_CREATE);
            case IO ->
                    new CodeAdvice(
                            "disk full or an I/O error",
                            """
                            [Make space on a full disk](../how-to/make-space.md). An I/O error that is not \
                            about space is a matter for the volume and the kernel's log.\
                            """,
                            CodeTroubles.IO);
            case BUSY ->
                    new CodeAdvice(
                            "the volume is in use",
                            """
                            The text names the lock owner. A start waits `VOLUME_WAIT` (60 s) for it. [One \
                            volume, one server](volume.md#one-volume-one-server).\
                            """,
                            CodeTroubles.BUSY);
            case UNSAFE ->
                    new CodeAdvice(
                            "the start would lose data or make a second primary",
                            """
                            Each start gives the same answer until something is changed. [A node refuses to \
                            start with exit code \
                            76](../how-to/when-something-is-wrong.md#a-node-refuses-to-start-with-exit-code-76). \
                            The rules: [decision table](decision-table.md), [peers](peers.md), [one \
                            cluster](cluster.md).\
                            """,
                            CodeTroubles.UNSAFE);
            case SECRET ->
                    only(
                            "a secret file",
                            """
                            Missing, unreadable, a directory, larger than 64 kB, or a pipe to which nobody \
                            writes. Docker makes a directory where a mounted file is missing on the host: \
                            remove the directory, put the file there, and make the container anew.\
                            """);
            case CONFIGURATION ->
                    new CodeAdvice(
                            "wrong configuration",
                            """
                            All problems are listed, each with its remedy. `entrypoint validate` lists them \
                            without a start.\
                            """,
                            CodeTroubles.CONFIGURATION);
            case NOT_EXECUTABLE, NOT_FOUND ->
                    only(
                            code == ExitCode.NOT_FOUND
                                    ? "a program that is not there"
                                    : "a program that is not executable",
                            """
                            The first word of the command is no command of the entrypoint, and was to \
                            replace it as a program. Correct the word, or `chmod +x` the file. An init \
                            script can end with this code too: the text names it.\
                            """);
        };
    }

    private static CodeAdvice only(String title, String text) {
        return new CodeAdvice(title, text, List.of());
    }

    /// For an end by a signal.
    static CodeAdvice ofSignal(int signal) {
        return switch (signal) {
            case 2, 15 ->
                    only(
                            "stopped before the server was started",
                            "Somebody stopped the container. Nothing is to be done.");
            case 9 ->
                    only(
                            "killed",
                            """
                            By the kernel because memory ran out (`docker inspect -f \
                            '{{.State.OOMKilled}}'`): give the container more. Or by the engine, because \
                            the stop took longer than it waits: raise its stop time and `STOP_GRACE`. The \
                            server recovers at the next start.\
                            """);
            case 6, 11 ->
                    only(
                            "the server crashed",
                            """
                            Its log has the line before, and an extension is the usual cause: update it or \
                            take it out. The server recovers at the next start.\
                            """);
            default ->
                    only(
                            "ended by signal " + signal,
                            "The log has what came before. `kill -l` names the signal.");
        };
    }
}
