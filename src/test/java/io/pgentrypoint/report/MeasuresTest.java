package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void bytes_have_the_units_of_postgresql() {
        assertThat(Measures.bytes(1023)).isEqualTo("1023 B");
        assertThat(Measures.bytes(1024)).isEqualTo("1.0 kB");
        assertThat(Measures.bytes(5L << 30)).isEqualTo("5.0 GB");
        assertThat(Measures.bytes(5000L << 40)).isEqualTo("5000.0 TB");
    }

    @Test
    void times_have_two_units_at_most() {
        assertThat(Measures.time(Duration.ofMillis(59_400))).isEqualTo("59 s");
        assertThat(Measures.time(Duration.ofSeconds(61))).isEqualTo("1 min 01 s");
        assertThat(Measures.time(Duration.ofSeconds(3700))).isEqualTo("1 h 01 min");
        assertThat(Measures.time(Duration.ofHours(50))).isEqualTo("2 d 02 h");
    }

    @Test
    void seconds_are_plain_decimals() {
        assertThat(Measures.seconds(0)).isEqualTo("0.0 ms");
        assertThat(Measures.seconds(2.43e-4)).isEqualTo("0.2 ms");
        assertThat(Measures.seconds(0.25)).isEqualTo("250 ms");
        assertThat(Measures.seconds(1)).isEqualTo("1.0 s");
        assertThat(Measures.seconds(75.2)).isEqualTo("1 min 15 s");
        assertThat(Measures.seconds(1e7)).isEqualTo("115 d 17 h");
    }

    @Test
    void a_share_is_never_more_than_all() {
        assertThat(Measures.share(0, 0)).isEqualTo("0%");
        assertThat(Measures.share(999, 1000)).isEqualTo("99%");
        assertThat(Measures.share(1001, 1000)).isEqualTo("100%");
    }
}
