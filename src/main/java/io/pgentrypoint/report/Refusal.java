package io.pgentrypoint.report;

/// A planned stop. It has a cause ("cannot what, because of what was seen") and a remedy ("do
/// this"), so that no refusal leaves its reader without the next move. What it quotes of other
/// programs may hold a secret: it is masked here, before anything prints it.
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String remedy;
    private final String officialText;

    public Refusal(ExitCode code, String cause, String remedy) {
        this(code.code(), cause, remedy);
    }

    /// With the exit code of a program that we ran, passed on.
    public Refusal(int exitCode, String cause, String remedy) {
        this(exitCode, cause, remedy, "");
    }

    /// Where the official image says something that people and tools look for.
    ///
    /// @param officialText its words, as they are
    public Refusal(ExitCode code, String cause, String remedy, String officialText) {
        this(code.code(), cause, remedy, officialText);
    }

    public Refusal(int exitCode, String cause, String remedy, String officialText) {
        super(Masks.apply(cause));
        this.exitCode = exitCode;
        this.remedy = Masks.apply(remedy);
        this.officialText = officialText;
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

    /// To be printed before anything else; empty for most.
    public String officialText() {
        return officialText;
    }
}
