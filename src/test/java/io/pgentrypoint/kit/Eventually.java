package io.pgentrypoint.kit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what has to happen, and no longer than that: events of another process or machine can
/// only be asked for. A question costs the other side more than the pause costs us, so the pauses
/// grow.
public final class Eventually {

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 800;

    private Eventually() {}

    /// @param seen what to show of the other side when it does not happen
    public static void happens(String what, Supplier<String> seen, BooleanSupplier event) {
        happens(what, Limits.WAIT, seen, event);
    }

    public static void happens(
            String what, Duration limit, Supplier<String> seen, BooleanSupplier event) {
        boolean _ = asked(what, limit, event::getAsBoolean, happened -> happened, _ -> seen.get());
    }

    /// Asks until the answer is as wanted, and returns that one.
    public static <T> T answers(String what, Supplier<T> question, Predicate<T> wanted) {
        return asked(what, Limits.WAIT, question, wanted, String::valueOf);
    }

    private interface Shown<T> {
        String of(T answer);
    }

    private static <T> T asked(
            String what,
            Duration limit,
            Supplier<T> question,
            Predicate<T> wanted,
            Shown<T> shown) {
        long end = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        T answer = question.get();
        while (!wanted.test(answer)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "not within %d s: %s\n%s"
                                .formatted(limit.toSeconds(), what, shown.of(answer)));
            }
            pause(pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            answer = question.get();
        }
        return answer;
    }

    /// Asserts the same all the time.
    public static void remains(Duration time, Runnable assertion) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            assertion.run();
            pause(LONGEST_PAUSE_MILLIS);
        }
    }

    private static void pause(long milliseconds) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
}
