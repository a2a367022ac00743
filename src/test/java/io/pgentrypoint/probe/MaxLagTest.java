package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.probe.ServerState.Replay;
import io.pgentrypoint.probe.ServerState.Standby;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxLagTest {

    private static Standby standby(@Nullable Long bytes, @Nullable Double seconds) {
        Replay replay = new Replay(bytes, seconds, false, null);
        return new Standby("0/1", "0/1", "streaming", "primary:5432", replay, 0.0, null);
    }

    @ParameterizedTest
    @CsvSource({"10MB,10485760", "512 kB,524288", "0,0", "7,7", "2TB,2199023255552"})
    void a_size_is_understood_with_the_units_of_postgresql(String text, long bytes) {
        assertThat(MaxLag.parse(List.of(text)).bytes()).contains(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "5s,5000", "2min,120000", "1h,3600000", "1d,86400000"})
    void a_time_is_understood(String text, long millis) {
        assertThat(MaxLag.parse(List.of(text)).time()).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MB", "10mb", "-1s", "5 parsecs", "1e3", "5s10MB", "9999999999999"})
    void anything_else_is_refused_with_what_is_understood(String text) {
        assertThatThrownBy(() -> MaxLag.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for example max_lag=10MB or max_lag=5s");
    }

    @Test
    void a_number_beyond_all_bytes_is_refused_and_does_not_wrap() {
        assertThatThrownBy(() -> MaxLag.parse(List.of("999999999999TB")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void both_kinds_hold_together() {
        MaxLag limit = MaxLag.parse(List.of("1kB", "5s"));
        assertThat(limit.exceededBy(standby(1024L, 5.0))).isEmpty();
        assertThat(limit.exceededBy(standby(1025L, 5.0)))
                .hasValueSatisfying(why -> assertThat(why).contains("behind, more than 1.0 kB"));
        assertThat(limit.exceededBy(standby(1024L, 5.1)))
                .contains("is 5.1 s behind, more than 5.0 s");
    }

    @Test
    void a_lag_in_time_that_nobody_knows_is_too_much() {
        assertThat(MaxLag.parse(List.of("5s")).exceededBy(standby(9L, null))).isPresent();
        assertThat(MaxLag.parse(List.of("5MB")).exceededBy(standby(9L, null))).isEmpty();
        assertThat(MaxLag.ANY.exceededBy(standby(Long.MAX_VALUE, null))).isEmpty();
    }
}
