package io.pgentrypoint.cli;

import io.pgentrypoint.execute.TerminationLog;
import io.pgentrypoint.observe.volume.LimitEvents;
import io.pgentrypoint.process.Refusals;
import io.pgentrypoint.process.Relay;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From what ended a command to what is said of it and its exit code.
final class FailureReport {

    private static final Logger LOG = LoggerFactory.getLogger("io.pgentrypoint");
    private static final int SERVER_LINES = 20;

    /// Tools wait until the log has this so many times, and a repetition is none.
    private static final String COUNTED = "ready to accept connections";

    private FailureReport() {}

    static int say(Throwable thrown) {
        Throwable end = explained(thrown);
        if (end instanceof Refusal refusal) {
            Banner.print(refusal.officialText());
        }
        paragraph(end).forEach(LOG::error);
        switch (end) {
            case InvalidSettings invalid ->
                    invalid.problems().stream()
                            .filter(problem -> !problem.isError())
                            .forEach(FailureReport::say);
            case Stopped stopped ->
                    LOG.info("Stopped by {} before the server was started", stopped.signal());
            case Refusal refusal when refusal.getCause() != null ->
                    LOG.debug("Because of", refusal.getCause());
            case Refusal _ -> {}
            default -> LOG.error("This is where:", end);
        }
        return code(end);
    }

    /// The end of a node: also with its phase, what its server said last, and for Kubernetes.
    /// Throws nothing: the end of this process must not fail for want of words.
    ///
    /// @param failure the thread that the node could not go on without
    static int ofNode(Throwable thrown, Optional<String> failure, Phase phase, Relay server) {
        try {
            Throwable end = failure.<Throwable>map(CommandRefusals::threadEnded).orElse(thrown);
            return ofNode(limited(explained(end), phase), phase, server);
        } catch (RuntimeException | Error e) {
            return ExitCode.BUG.code();
        }
    }

    private static int ofNode(Throwable end, Phase phase, Relay server) {
        int code = say(end);
        if (end instanceof Stopped) {
            return code;
        }
        List<String> lines = new ArrayList<>();
        server.lastLines(SERVER_LINES).stream()
                .filter(line -> !line.contains(COUNTED))
                .forEach(line -> lines.add("server: " + line.stripTrailing()));
        lines.add("Exit code %s%s, while %s".formatted(code, meaning(code), phase.meaning()));
        lines.forEach(LOG::error);
        lines.addFirst(String.join("\n", paragraph(end)));
        TerminationLog.write(String.join("\n", lines) + "\n");
        return code;
    }

    /// A VM that may start no more threads says so by an OutOfMemoryError, to any thread that asks
    /// for one.
    private static Throwable explained(Throwable end) {
        return end instanceof OutOfMemoryError
                        && String.valueOf(end.getMessage()).contains("native thread")
                ? Refusals.noMoreProcesses("start a thread", end)
                : end;
    }

    /// A program that a limit of the container has ended says something else, or nothing.
    private static Throwable limited(Throwable end, Phase phase) {
        boolean starting = phase != Phase.RUNNING && phase != Phase.STOPPING;
        return end instanceof Refusal refusal
                ? LimitEvents.read().cause(refusal, starting).orElse(refusal)
                : end;
    }

    private static List<String> paragraph(Throwable end) {
        return switch (end) {
            case InvalidSettings invalid -> {
                List<String> lines = new ArrayList<>();
                List<Problem> errors =
                        invalid.problems().stream().filter(Problem::isError).toList();
                errors.forEach(problem -> lines.add(problem.sentence()));
                lines.add(
                        errors.size() == 1
                                ? "cannot start: 1 problem with the environment; correct it and start again"
                                : """
                                cannot start: %s problems with the environment; correct \
                                them and start again\
                                """
                                        .formatted(errors.size()));
                yield lines;
            }
            case Refusal refusal -> List.of(refusal.reason(), "→ " + refusal.remedy());
            case Stopped _ -> List.of();
            default ->
                    List.of(
                            "cannot go on: a bug of entrypoint: " + end,
                            "→ please report it with the lines of this log");
        };
    }

    private static int code(Throwable end) {
        return switch (end) {
            case InvalidSettings invalid -> invalid.exitCode();
            case Refusal refusal -> refusal.exitCode();
            case Stopped stopped -> stopped.exitCode();
            default -> ExitCode.BUG.code();
        };
    }

    private static String meaning(int code) {
        return Arrays.stream(ExitCode.values())
                // Three are of other commands; a script of the user's may end with the same number.
                .filter(known ->
                        known.code() == code
                                && known != ExitCode.UNHEALTHY
                                && known != ExitCode.NOT_EXECUTABLE
                                && known != ExitCode.NOT_FOUND)
                .findFirst()
                .map(known ->
                        " (%s%s"
                                .formatted(
                                        known.meaning(),
                                        known.retry() == ExitCode.Retry.USELESS
                                                ? "; starting again does not help)"
                                                : ")"))
                .orElse("");
    }

    static void say(Problem problem) {
        if (problem.isError()) {
            LOG.error("{}", problem.sentence());
        } else {
            LOG.warn("{}", problem.sentence());
        }
    }
}
