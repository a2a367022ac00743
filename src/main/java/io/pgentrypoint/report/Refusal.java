package io.pgentrypoint.report;

/// A planned stop. It has a cause ("cannot what, because of what was seen") and a remedy ("do
/// this"), so that no refusal leaves its reader without the next move.
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String remedy;

    public Refusal(ExitCode code, String cause, String remedy) {
        this(code.code(), cause, remedy);
    }

    /// With the exit code of a program that we ran, passed on.
    public Refusal(int exitCode, String cause, String remedy) {
        super(cause);
        this.exitCode = exitCode;
        this.remedy = remedy;
    }

    public Refusal(ExitCode code, String cause, String remedy, Throwable because) {
        this(code, cause, remedy);
        initCause(because);
    }

    public int exitCode() {
        return exitCode;
    }

    /// What was seen, as one sentence that starts with "cannot".
    public String reason() {
        return String.valueOf(getMessage());
    }

    public String remedy() {
        return remedy;
    }
}
