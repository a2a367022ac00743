package io.pgentrypoint.cli;

import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.probe.ControlCommand;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.run.Entrypoint;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// `upgrade` at the side of PID 1: from the words of the order to what is done, and from how that
/// ends to lines and an exit code.
record UpgradeControl(Entrypoint entrypoint) implements ControlCommand {

    static final String NAME = "upgrade";
    private static final String DO = "do";
    private static final String PRINT = "print";

    static List<String> words(Ending ending, boolean dryRun) {
        return List.of(NAME, word(ending), dryRun ? PRINT : DO);
    }

    private static String word(Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int carryOut(List<String> words, Consumer<String> say) {
        if (misunderstood(words)) {
            say.accept(
                    "cannot end an upgrade: the order is not %s finish|revert %s|%s"
                            .formatted(NAME, DO, PRINT));
            say.accept("→ use entrypoint upgrade, of the same image");
            return ExitCode.USAGE.code();
        }
        try {
            entrypoint.endUpgrade(
                    Ending.valueOf(words.getFirst().toUpperCase(Locale.ROOT)),
                    words.getLast().equals(PRINT),
                    say);
            return 0;
        } catch (RuntimeException e) {
            switch (e) {
                case Refusal refusal -> {
                    say.accept(refusal.reason());
                    say.accept("→ " + refusal.remedy());
                }
                case InvalidSettings invalid ->
                        invalid.problems().forEach(problem -> say.accept(problem.sentence()));
                case Stopped stopped ->
                        say.accept(
                                """
                                cannot go on: this node is being stopped by %s; run entrypoint \
                                upgrade again\
                                """
                                        .formatted(stopped.signal()));
                default ->
                        say.accept(Masks.apply("cannot end an upgrade: a bug of entrypoint: " + e));
            }
            return FailureReport.say(e);
        }
    }

    static boolean misunderstood(List<String> words) {
        return words.size() != 2
                || Stream.of(Ending.values())
                        .noneMatch(ending -> word(ending).equals(words.getFirst()))
                || !List.of(DO, PRINT).contains(words.getLast());
    }
}
