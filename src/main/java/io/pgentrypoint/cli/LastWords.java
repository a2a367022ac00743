package io.pgentrypoint.cli;

import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From what ended a command to what is said of it and its exit code.
final class LastWords {

    private static final Logger LOG = LoggerFactory.getLogger("io.pgentrypoint");

    private LastWords() {}

    static int say(Throwable end) {
        return switch (end) {
            case InvalidSettings invalid -> {
                invalid.problems().forEach(LastWords::say);
                long errors = invalid.problems().stream().filter(Problem::isError).count();
                LOG.error(
                        "cannot start: {} with the environment; correct {} and start again",
                        errors == 1 ? "1 problem" : errors + " problems",
                        errors == 1 ? "it" : "them");
                yield invalid.exitCode();
            }
            case Refusal refusal -> {
                LOG.error("{}", refusal.reason());
                LOG.error("→ {}", refusal.remedy());
                if (refusal.getCause() != null) {
                    LOG.debug("Because of", refusal.getCause());
                }
                yield refusal.exitCode();
            }
            case Stopped stopped -> {
                LOG.info("Stopped by {} before the server was started", stopped.signal());
                yield stopped.exitCode();
            }
            default -> {
                LOG.error("cannot go on: a bug of entrypoint; please report these lines", end);
                yield ExitCode.BUG.code();
            }
        };
    }

    static void say(Problem problem) {
        if (problem.isError()) {
            LOG.error("{}", problem.sentence());
        } else {
            LOG.warn("{}", problem.sentence());
        }
    }
}
