package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint;
import io.pgentrypoint.probe.Order;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// `promote` at the side of PID 1: from the words of the order to what is done, and from how that
/// ends to lines and an exit code.
record PromoteOrder(Entrypoint entrypoint) implements Order {

    static final String NAME = "promote";
    static final String EVEN_IF = "even-if-primary-answers";

    static List<String> words(boolean evenIfPrimaryAnswers, int seconds) {
        String patience = String.valueOf(seconds);
        return evenIfPrimaryAnswers ? List.of(NAME, patience, EVEN_IF) : List.of(NAME, patience);
    }

    @Override
    public int carryOut(List<String> words, Consumer<String> say) {
        try {
            entrypoint.promote(
                    words.contains(EVEN_IF),
                    Duration.ofSeconds(Integer.parseInt(words.getFirst())),
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
                                "cannot go on: this node is being stopped by "
                                        + stopped.signal()
                                        + "; the next start, with REPLICATION_ROLE=primary, finishes"
                                        + " what was begun");
                default -> say.accept("cannot promote: a bug of entrypoint: " + e);
            }
            return LastWords.say(e);
        }
    }
}
