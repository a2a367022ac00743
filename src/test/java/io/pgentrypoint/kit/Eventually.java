package io.pgentrypoint.kit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what has to happen, and no longer than that: events of another machine can only be
/// asked for.
public final class Eventually {

    public static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 800;

    private Eventually() {}

    /// @param seen what to show of the other side when it does not happen
    public static void happens(String what, Supplier<String> seen, BooleanSupplier event) {
        happens(what, LIMIT, seen, event);
    }

    public static void happens(String what, Duration limit, Supplier<String> seen, BooleanSupplier event) {
        Instant end = Instant.now().plus(limit);
        long pause = FIRST_PAUSE_MILLIS;
        while (!event.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError(
                        "not within " + limit.toSeconds() + " s: " + what + "\n" + seen.get());
            }
            pause(pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        }
    }

    /// Asserts the same all the time.
    public static void remains(Duration time, Runnable assertion) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            assertion.run();
            pause(LONGEST_PAUSE_MILLIS);
        }
    }

    /// A question costs the other side more than the pause costs us.
    private static void pause(long milliseconds) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
}
