package io.pgentrypoint.execute.lock;

import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells a heartbeat that goes on from one that was left behind. Clocks of two machines are never
/// compared: the age of a beat is taken by the clock of the file system, and a beat that may be
/// fresh is watched, by our own clock, until it moves or has been still for long enough.
final class HeartbeatWatch {

    static final Duration BEAT = Duration.ofSeconds(10);
    private static final int MISSED = 3;

    private final Layout layout;
    private final Duration timeout;
    private final Supplier<LockOwnerReader.Sign> sign;
    private final Supplier<Instant> clock;
    private @Nullable Object last;
    private long seen;
    private @Nullable Instant now;

    HeartbeatWatch(Layout layout) {
        this(layout, BEAT);
    }

    HeartbeatWatch(Layout layout, Duration beat) {
        this(layout, beat, () -> LockOwnerReader.look(layout), () -> now(layout));
    }

    /// @param sign the heartbeat, read anew
    /// @param clock what the file system takes for now; on a network file system that is its
    ///   server's clock
    HeartbeatWatch(
            Layout layout,
            Duration beat,
            Supplier<LockOwnerReader.Sign> sign,
            Supplier<Instant> clock) {
        this.layout = layout;
        this.timeout = beat.multipliedBy(MISSED);
        this.sign = sign;
        this.clock = clock;
    }

    /// Who lives and is not us, as half a sentence.
    ///
    /// @param locks whether the lock is ours: then nobody else of this kernel can have it
    Optional<String> beating(boolean locks) {
        return switch (sign.get()) {
            case LockOwnerReader.Sign.None() -> Optional.empty();
            case LockOwnerReader.Sign.Left(var found) -> beating(found, locks);
            case LockOwnerReader.Sign.Unclear unclear ->
                    still(unclear, unclear.changedAt())
                            ? Optional.empty()
                            : Optional.of(
                                    """
                                    perhaps in use: the heartbeat %s was written not long \
                                    ago and does not say by whom (%s)\
                                    """
                                            .formatted(layout.lockOwner(), unclear.why()));
        };
    }

    private Optional<String> beating(LockOwnerReader.Found found, boolean locks) {
        LockOwner lockOwner = found.lockOwner();
        LockOwner us = LockOwnerReader.ourselves(locks);
        boolean ruledOut =
                lockOwner.isSame(us) || (locks && lockOwner.locked() && lockOwner.isOnKernelOf(us));
        return ruledOut || still(lockOwner, found.beatAt())
                ? Optional.empty()
                : Optional.of(
                        "in use by %s, whose heartbeat goes on".formatted(lockOwner.describe()));
    }

    /// @param sign what differs from beat to beat
    private boolean still(Object sign, Instant changedAt) {
        if (!sign.equals(last)) {
            last = sign;
            seen = System.nanoTime();
        }
        Instant present = now;
        if (present == null) {
            present = clock.get();
            now = present;
        }
        Duration age = Duration.between(changedAt, present);
        Duration watched = Duration.ofNanos(System.nanoTime() - seen);
        // From the future: some clock was set back, so only watching counts.
        Duration known = age.isNegative() ? watched : age.plus(watched);
        return known.compareTo(timeout) >= 0;
    }

    private static Instant now(Layout layout) {
        Path probe = layout.stateDirectory().resolve("clock");
        try {
            Files.deleteIfExists(probe);
            Files.createFile(probe);
            Instant now = Files.getLastModifiedTime(probe).toInstant();
            Files.deleteIfExists(probe);
            return now;
        } catch (IOException e) {
            return Instant.now();
        }
    }
}
