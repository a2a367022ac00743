package io.pgentrypoint.report;

/// One configuration mistake: which variable, what it holds, the rule, and what to do.
///
/// @param value what was seen; `****` for a secret, empty when the variable is unset
public record Problem(
        Severity severity,
        ExitCode code,
        String variable,
        String value,
        String rule,
        String remedy) {

    /// An error stops the start; a warning is said and the start goes on.
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Problem error(String variable, String value, String rule, String remedy) {
        return new Problem(Severity.ERROR, ExitCode.CONFIGURATION, variable, value, rule, remedy);
    }

    public static Problem warning(String variable, String value, String rule, String remedy) {
        return new Problem(Severity.WARNING, ExitCode.CONFIGURATION, variable, value, rule, remedy);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    public String sentence() {
        String seen = value.isEmpty() ? variable : variable + "=" + value;
        return seen + ": " + rule + "; " + remedy;
    }
}
