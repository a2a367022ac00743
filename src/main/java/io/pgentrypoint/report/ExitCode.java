package io.pgentrypoint.report;

/// Every exit code of our own, after sysexits(3). Codes of postgres, init scripts and pass-through
/// programs are passed on as they are, and an end by signal n is 128+n.
public enum ExitCode {
    OK(0, Retry.NEEDLESS, "stopped as asked, or the command succeeded"),
    UNHEALTHY(1, Retry.HELPS, "healthcheck: not ready; only that command uses it"),
    USAGE(64, Retry.USELESS, "wrong command line"),
    DATA(
            65,
            Retry.USELESS,
            """
            the data directory is not what it must be: foreign, damaged, another major version, \
            another system identifier\
            """),
    UNAVAILABLE(
            69,
            Retry.HELPS,
            """
            the primary, or the DCS of a Patroni cluster, cannot be used within the time given; \
            the text says why\
            """),
    BUG(70, Retry.USELESS, "an internal error: a defect of this program"),
    SYSTEM(
            71,
            Retry.HELPS,
            "the system gives no thread, process or memory: a limit of the container; the text says which"),
    CANNOT_CREATE(73, Retry.USELESS, "cannot create or write; owner, mode and uid are shown"),
    IO(74, Retry.USELESS, "disk full or an I/O error"),
    BUSY(75, Retry.HELPS, "the data directory is in use elsewhere; the lock owner is named"),
    UNSAFE(
            76,
            Retry.USELESS,
            """
            going on would lose data or make a second primary; the text names the consent that is \
            missing\
            """),
    SECRET(77, Retry.USELESS, "a secret file is missing, unreadable or open to others"),
    CONFIGURATION(78, Retry.USELESS, "wrong configuration; the text names what is wrong with it"),
    NOT_EXECUTABLE(126, Retry.USELESS, "pass-through command found, but not executable"),
    NOT_FOUND(127, Retry.USELESS, "pass-through command not found");

    /// Whether starting again with the same environment can end better.
    public enum Retry {
        NEEDLESS,
        HELPS,
        USELESS
    }

    private final int code;
    private final Retry retry;
    private final String meaning;

    ExitCode(int code, Retry retry, String meaning) {
        this.code = code;
        this.retry = retry;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public Retry retry() {
        return retry;
    }

    public String meaning() {
        return meaning;
    }
}
