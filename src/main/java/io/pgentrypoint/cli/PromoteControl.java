package io.pgentrypoint.cli;

import io.pgentrypoint.probe.ControlCommand;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.run.Entrypoint;
import io.pgentrypoint.run.PromotionListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// `promote` at the side of PID 1: from the words of the order to what is done, and from how that
/// ends to lines and an exit code.
record PromoteControl(Entrypoint entrypoint) implements ControlCommand {

    static final String NAME = "promote";
    static final String EVEN_IF = "even-if-primary-answers";

    static List<String> words(boolean evenIfPrimaryAnswers, int seconds) {
        String timeout = String.valueOf(seconds);
        return evenIfPrimaryAnswers ? List.of(NAME, timeout, EVEN_IF) : List.of(NAME, timeout);
    }

    /// Answered when the promotion has ended, or lasts longer than it was to; then it goes on.
    @Override
    public int carryOut(List<String> words, Consumer<String> say) {
        if (misunderstood(words)) {
            say.accept("cannot promote: the order is not %s SECONDS [%s]".formatted(NAME, EVEN_IF));
            say.accept("→ use entrypoint promote, of the same image");
            return ExitCode.USAGE.code();
        }
        CompletableFuture<Integer> late = new CompletableFuture<>();
        PromotionListener listener =
                new PromotionListener() {
                    @Override
                    public void say(String line) {
                        say.accept(line);
                    }

                    @Override
                    public void late(Refusal refusal) {
                        tell(refusal, say);
                        boolean _ = late.complete(refusal.exitCode());
                    }
                };
        return CompletableFuture.supplyAsync(
                        () -> promote(words, listener), work -> Thread.ofVirtual().start(work))
                .applyToEither(late, code -> code)
                .join();
    }

    static boolean misunderstood(List<String> words) {
        return words.isEmpty()
                || !words.getFirst().matches("[0-9]{1,9}")
                || !Set.of(EVEN_IF).containsAll(words.subList(1, words.size()));
    }

    private int promote(List<String> words, PromotionListener listener) {
        try {
            entrypoint.promote(
                    words.contains(EVEN_IF),
                    Duration.ofSeconds(Integer.parseInt(words.getFirst())),
                    listener);
            return 0;
        } catch (RuntimeException e) {
            switch (e) {
                case Refusal refusal -> tell(refusal, listener::say);
                case InvalidSettings invalid ->
                        invalid.problems().forEach(problem -> listener.say(problem.sentence()));
                case Stopped stopped ->
                        listener.say(
                                """
                                cannot go on: this node is being stopped by %s; the next \
                                start, with REPLICATION_ROLE=primary, finishes what was \
                                begun\
                                """
                                        .formatted(stopped.signal()));
                default -> listener.say(Masks.apply("cannot promote: a bug of entrypoint: " + e));
            }
            return FailureReport.say(e);
        }
    }

    private static void tell(Refusal refusal, Consumer<String> say) {
        say.accept(refusal.reason());
        say.accept("→ " + refusal.remedy());
    }
}
