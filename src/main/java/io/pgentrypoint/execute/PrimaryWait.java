package io.pgentrypoint.execute;

import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for a primary that can be cloned. Every reason may pass by itself: names appear, servers
/// start, passwords are corrected. A line is logged whenever the reason changes.
final class PrimaryWait {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryWait.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private PrimaryWait() {}

    static void await(Follow.AwaitPrimary step, StopRequest stop, Progress progress) {
        long start = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        Upstream.@Nullable Unusable said = null;
        UpstreamReader upstream = new UpstreamReader();
        while (true) {
            switch (ask(upstream, step, stop)) {
                case Upstream.Answered _ -> {
                    LOG.info("The primary {} answers", step.replica().primary());
                    return;
                }
                case Upstream.Unusable unusable -> {
                    Duration waited = Duration.ofNanos(System.nanoTime() - start);
                    Duration left = step.replica().timeout().minus(waited);
                    if (!left.isPositive()) {
                        throw refusal(step, unusable);
                    }
                    if (!sameReason(unusable, said)) {
                        progress.detail(step.replica().primary() + ": " + unusable.sentence());
                        LOG.warn(
                                "Waiting for the primary {}: {}",
                                step.replica().primary(),
                                unusable.sentence());
                    }
                    said = unusable;
                    stop.pause(pause.compareTo(left) < 0 ? pause : left);
                    pause = pause.multipliedBy(2);
                    if (pause.compareTo(LONGEST_PAUSE) > 0) {
                        pause = LONGEST_PAUSE;
                    }
                }
            }
            stop.throwIfRequested();
        }
    }

    /// A thread that is not to be had now may be at the next attempt.
    private static Upstream ask(
            UpstreamReader upstream, Follow.AwaitPrimary step, StopRequest stop) {
        try {
            return stop.orStop(
                    () -> upstream.ask(step.replica().upstream(), step.ownPort(), ATTEMPT));
        } catch (OutOfMemoryError e) {
            return new Upstream.Unusable(
                    Upstream.Reason.OTHER, "it cannot be asked: " + e.getMessage());
        }
    }

    /// The resolver and the kernel phrase the same failure differently each time, so a reason that
    /// we know is compared by its kind, and only others by their text.
    private static boolean sameReason(Upstream.Unusable now, Upstream.@Nullable Unusable before) {
        return before != null
                && now.reason() == before.reason()
                && (now.reason() != Upstream.Reason.OTHER || now.detail().equals(before.detail()));
    }

    private static Refusal refusal(Follow.AwaitPrimary step, Upstream.Unusable unusable) {
        return Refusals.noAnswer(
                "the primary %s".formatted(step.replica().primary()),
                step.replica().timeout(),
                unusable.sentence(),
                unusable.reason().remedy());
    }
}
