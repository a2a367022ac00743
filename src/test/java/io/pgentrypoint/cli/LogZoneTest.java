package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    void utc_is_known_by_its_names_and_by_the_link_of_the_system(@TempDir Path directory)
            throws IOException {
        Path utc = directory.resolve("utc");
        Files.createSymbolicLink(utc, Path.of("/usr/share/zoneinfo/Etc/UTC"));
        Path tokyo = directory.resolve("tokyo");
        Files.createSymbolicLink(tokyo, Path.of("/usr/share/zoneinfo/Asia/Tokyo"));
        ZoneId withoutRules = ZoneId.of("UTC");
        assertThat(LogZone.ofContainer("Etc/UTC", tokyo)).isEqualTo(withoutRules);
        assertThat(LogZone.ofContainer("", utc)).isEqualTo(withoutRules);
        assertThat(LogZone.ofContainer("Asia/Tokyo", utc)).isEqualTo(ZoneId.systemDefault());
        assertThat(LogZone.ofContainer("", tokyo)).isEqualTo(ZoneId.systemDefault());
    }

    @Test
    void an_empty_value_is_none() {
        assertThat(LogZone.in("log_timezone = ''")).isEmpty();
    }
}
