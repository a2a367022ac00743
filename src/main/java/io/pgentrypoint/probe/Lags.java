package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// The lag of the last ten minutes, as far as anybody has asked: the most of each five seconds.
final class Lags {

    static final int SLOTS = 120;
    static final Duration SLOT = Duration.ofSeconds(5);

    /// Nobody has asked, or nobody could say.
    static final long UNKNOWN = -1;

    private final LongSupplier nanos;
    private final long[] bytes = new long[SLOTS];
    private long newest;

    Lags(LongSupplier nanos) {
        this.nanos = nanos;
        newest = slot();
        Arrays.fill(bytes, UNKNOWN);
    }

    private long slot() {
        return Math.floorDiv(nanos.getAsLong(), SLOT.toNanos());
    }

    /// Of a replica its own lag; of a primary that of the standby which is furthest behind.
    static OptionalLong of(ServerState state) {
        return switch (state.position()) {
            case Standby standby -> {
                Long lag = standby.replay().lagBytes();
                yield lag == null ? OptionalLong.empty() : OptionalLong.of(lag);
            }
            case Primary _ ->
                    state.standbys().stream()
                            .filter(each -> !each.state().equals("backup"))
                            .map(Downstream::lagBytes)
                            .filter(Objects::nonNull)
                            .mapToLong(Long::longValue)
                            .max();
        };
    }

    synchronized void add(long lag) {
        forget();
        int at = at(newest);
        bytes[at] = Math.max(bytes[at], lag);
    }

    /// The oldest first; [#UNKNOWN] where there is none.
    synchronized long[] oldestFirst() {
        forget();
        long[] all = new long[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            all[i] = bytes[at(newest + 1 + i)];
        }
        return all;
    }

    private void forget() {
        long now = slot();
        for (long slot = Math.max(newest + 1, now - SLOTS + 1); slot <= now; slot++) {
            bytes[at(slot)] = UNKNOWN;
        }
        newest = Math.max(newest, now);
    }

    private static int at(long slot) {
        return Math.floorMod(slot, SLOTS);
    }
}
