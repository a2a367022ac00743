package io.pgentrypoint.supervise;

import java.time.Duration;

/// When each rung of the stop ladder ends, counted from the first request; a rung that ends at zero
/// is left out.
///
/// @param checkpoint how long sessions go on while a checkpoint is written
/// @param smart how long sessions may take to end by themselves
/// @param fast when waiting for the fast shutdown ends: what is left of the time granted is for the
///   immediate one
public record StopSchedule(Duration checkpoint, Duration smart, Duration fast) {

    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(5);
    private static final int RESERVED_PART = 5;
    private static final Duration LONGEST_FAST = Duration.ofSeconds(20);
    private static final int FAST_PART = 3;

    /// The fast shutdown gets at least half of the time: what the first checkpoint has not written
    /// by then, its own checkpoint must.
    public static StopSchedule fast(Duration grace) {
        Duration end = grace.minus(reserve(grace));
        return new StopSchedule(end.dividedBy(2), Duration.ZERO, end);
    }

    public static StopSchedule smart(Duration grace) {
        Duration end = grace.minus(reserve(grace));
        return new StopSchedule(
                Duration.ZERO, end.minus(shorter(grace.dividedBy(FAST_PART), LONGEST_FAST)), end);
    }

    public static StopSchedule immediate() {
        return new StopSchedule(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    private static Duration reserve(Duration grace) {
        return shorter(grace.dividedBy(RESERVED_PART), LONGEST_RESERVE);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
