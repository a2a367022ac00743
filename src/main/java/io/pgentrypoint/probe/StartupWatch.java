package io.pgentrypoint.probe;

import io.pgentrypoint.process.ProcessActivity;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells a start that makes progress from one that hangs. A long one must not be killed: recovery
/// would begin from its start again, and a clone too.
///
/// Progress is a phase that was entered, bytes of the clone, or else work of our programs, which
/// the kernel counts whatever they do. A server that waits for WAL wakes up now and then; so work
/// is what exceeds a little in the quiet time.
final class StartupWatch {

    /// Longer than any pause of a start that goes well: a WAL segment of a slow storage, an fsync
    /// of a big file.
    static final Duration QUIET = Duration.ofSeconds(60);

    private static final Duration LEAST_CPU = Duration.ofMillis(50);
    private static final long LEAST_STORAGE = 1 << 20;

    private @Nullable ProcessActivity baseline;
    private Duration baselineAt = Duration.ZERO;
    private @Nullable Duration workedAt;

    /// @param at on any clock that only goes forward
    synchronized boolean getsOn(Progress.Moment progress, ProcessActivity activity, Duration at) {
        look(activity, at);
        return switch (progress.phase()) {
            case STARTING -> false;
            // Nobody knows whether the primary comes; PRIMARY_WAIT ends the wait. A wait for other
            // nodes has no end, and they need the answer of this one: it asks them again and again.
            case WAITING ->
                    progress.sinceMoved().compareTo(progress.inPhase()) < 0 && moved(progress);
            case CLONING -> moved(progress);
            case PREPARING, LAUNCHED -> moved(progress) || worked(at);
            // Whoever ends the container for it gets the same again.
            case RUNNING, HOLDING -> true;
            case STOPPING -> progress.ran();
        };
    }

    private static boolean moved(Progress.Moment progress) {
        return progress.sinceMoved().compareTo(QUIET) < 0;
    }

    private boolean worked(Duration at) {
        return workedAt != null && at.minus(workedAt).compareTo(QUIET) < 0;
    }

    private void look(ProcessActivity activity, Duration at) {
        ProcessActivity before = baseline;
        if (before == null) {
            rebase(activity, at);
        } else if (activity.cpu().minus(before.cpu()).compareTo(LEAST_CPU) >= 0
                || activity.storage() - before.storage() >= LEAST_STORAGE) {
            workedAt = at;
            rebase(activity, at);
        } else if (at.minus(baselineAt).compareTo(QUIET) >= 0
                || activity.cpu().compareTo(before.cpu()) < 0) {
            // A program that has ended took its figures with it.
            rebase(activity, at);
        }
    }

    private void rebase(ProcessActivity activity, Duration at) {
        baseline = activity;
        baselineAt = at;
    }
}
