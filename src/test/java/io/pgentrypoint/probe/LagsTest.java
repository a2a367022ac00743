package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.probe.ServerState.Downstream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LagsTest {

    private final AtomicLong nanos = new AtomicLong(-7_000_000_000L);
    private final Lags lags = new Lags(nanos::get);

    private void pass(long seconds) {
        nanos.addAndGet(seconds * 1_000_000_000);
    }

    private long known() {
        return Arrays.stream(lags.oldestFirst()).filter(lag -> lag != Lags.UNKNOWN).count();
    }

    private static Downstream standby(String state, @Nullable Long lag) {
        return new Downstream("one", null, state, "async", null, null, lag, null);
    }

    @Test
    void the_most_of_each_five_seconds_is_kept_for_ten_minutes() {
        lags.add(7);
        lags.add(5);
        assertThat(lags.oldestFirst()).hasSize(Lags.SLOTS).endsWith(Lags.UNKNOWN, 7);
        pass(5);
        lags.add(1);
        assertThat(lags.oldestFirst()).endsWith(7, 1);
        pass(590);
        assertThat(lags.oldestFirst()).startsWith(7, 1).endsWith(Lags.UNKNOWN);
        pass(5);
        assertThat(lags.oldestFirst()).startsWith(1, Lags.UNKNOWN);
        assertThat(known()).isEqualTo(1);
        pass(5);
        assertThat(known()).isZero();
    }

    @Test
    void a_day_without_a_question_is_forgotten_at_once() {
        lags.add(7);
        pass(86_400);
        assertThat(known()).isZero();
        lags.add(3);
        assertThat(lags.oldestFirst()).endsWith(Lags.UNKNOWN, 3);
    }

    @Test
    void of_a_primary_the_standby_furthest_behind_counts_and_no_backup() {
        ServerState state =
                Nodes.primary(
                                standby("streaming", 3L),
                                standby("catchup", 9L),
                                standby("startup", null),
                                standby("backup", 99L))
                        .server()
                        .orElseThrow();
        assertThat(Lags.of(state)).hasValue(9);
        assertThat(Lags.of(Nodes.primary().server().orElseThrow())).isEmpty();
        assertThat(Lags.of(Nodes.replica(4).server().orElseThrow())).hasValue(4);
    }
}
