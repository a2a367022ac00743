package io.pgentrypoint.report;

import java.util.List;

/// Every problem of one environment at once, so that one start shows the whole list.
public final class InvalidSettings extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidSettings(List<Problem> problems) {
        super(problems.size() + " problems with the environment");
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /// 78, unless a secret file alone is at fault: 77.
    public int exitCode() {
        return problems.stream()
                        .filter(Problem::isError)
                        .allMatch(problem -> problem.code() == ExitCode.SECRET)
                ? ExitCode.SECRET.code()
                : ExitCode.CONFIGURATION.code();
    }
}
