package io.pgentrypoint.execute;

import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.DcsReader;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for the DCS of a Patroni cluster. A line is logged whenever the reason changes.
final class DcsWait {

    private static final Logger LOG = LoggerFactory.getLogger(DcsWait.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private DcsWait() {}

    static void await(UnderPatroni.AwaitDcs step, StopRequest stop, Progress progress) {
        String title = step.dcs().title();
        long start = System.nanoTime();
        Dcs.@Nullable Reason said = null;
        while (true) {
            if (!(ask(step, stop) instanceof Dcs.Unusable unusable)) {
                LOG.info("{} answers", title);
                return;
            }
            Duration left = step.timeout().minusNanos(System.nanoTime() - start);
            if (!left.isPositive()) {
                throw Refusals.noAnswer(
                        title, step.timeout(), unusable.sentence(), unusable.reason().remedy());
            }
            if (unusable.reason() != said) {
                progress.detail(title + ": " + unusable.sentence());
                LOG.warn("Waiting for {}: {}", title, unusable.sentence());
            }
            said = unusable.reason();
            stop.pause(PAUSE.compareTo(left) < 0 ? PAUSE : left);
        }
    }

    /// A thread that is not to be had now may be at the next attempt.
    private static Dcs ask(UnderPatroni.AwaitDcs step, StopRequest stop) {
        try {
            return stop.orStop(() -> DcsReader.ask(step.dcs(), ATTEMPT));
        } catch (OutOfMemoryError e) {
            return new Dcs.Unusable(
                    Dcs.Reason.UNREACHABLE, "it cannot be asked: " + e.getMessage());
        }
    }
}
