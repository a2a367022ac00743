package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogZoneTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log_timezone = 'Asia/Tokyo'",
                "  LOG_TIMEZONE='Asia/Tokyo' # a comment",
                "log_timezone Asia/Tokyo",
                "log_timezone'Asia/Tokyo'",
                "log_timezone = UTC\nwork_mem = '4MB'\nlog_timezone = 'Asia/Tokyo'\n"
            })
    void the_last_value_in_a_configuration_file_counts(String text) {
        assertThat(LogZone.in(text)).contains("Asia/Tokyo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#log_timezone = 'GMT'", "log_timezone_x = 'GMT'", "log_timezone"})
    void what_sets_something_else_counts_for_nothing(String text) {
        assertThat(LogZone.in(text)).isEmpty();
    }

    @Test
    void an_empty_value_is_none() {
        assertThat(LogZone.in("log_timezone = ''")).isEmpty();
    }
}
