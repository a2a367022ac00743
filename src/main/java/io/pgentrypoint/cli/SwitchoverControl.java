package io.pgentrypoint.cli;

import io.pgentrypoint.probe.ControlCommand;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.run.Entrypoint;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `switchover` at the side of PID 1: from the words of the order to what is done, and from how
/// that ends to lines and an exit code.
record SwitchoverControl(Entrypoint entrypoint) implements ControlCommand {

    static final String NAME = "switchover";
    private static final String DO = "do";
    private static final String PRINT = "print";

    static List<String> words(@Nullable String node, boolean dryRun) {
        String what = dryRun ? PRINT : DO;
        return node == null ? List.of(NAME, what) : List.of(NAME, what, node);
    }

    @Override
    public int carryOut(List<String> words, Consumer<String> say) {
        if (misunderstood(words)) {
            say.accept(
                    "cannot switch over: the order is not %s %s|%s [NODE]"
                            .formatted(NAME, DO, PRINT));
            say.accept("→ use entrypoint switchover, of the same image");
            return ExitCode.USAGE.code();
        }
        try {
            entrypoint.switchOver(
                    words.size() > 1 ? Optional.of(words.get(1)) : Optional.empty(),
                    words.getFirst().equals(PRINT),
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
                                cannot go on: this node is being stopped by %s; entrypoint \
                                cluster shows which node takes writes\
                                """
                                        .formatted(stopped.signal()));
                default -> say.accept(Masks.apply("cannot switch over: a bug of entrypoint: " + e));
            }
            return FailureReport.say(e);
        }
    }

    static boolean misunderstood(List<String> words) {
        return words.isEmpty()
                || words.size() > 2
                || !List.of(DO, PRINT).contains(words.getFirst());
    }
}
