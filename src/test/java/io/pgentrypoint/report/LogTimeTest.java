package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTimeTest {

    private static final DateTimeFormatter AS_POSTGRESQL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS z", Locale.ENGLISH);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Etc/UTC",
                "GMT",
                "Etc/GMT",
                "Etc/GMT+5",
                "Asia/Tokyo",
                "Europe/Berlin",
                "America/St_Johns",
                "Africa/Monrovia"
            })
    void a_time_is_written_with_the_short_name_of_its_zone(String name) {
        ZoneId zone = ZoneId.of(name);
        for (String each :
                new String[] {
                    "2026-01-02T03:04:05.006Z",
                    "2026-07-31T23:59:59.999999Z",
                    "1970-01-01T00:00:00Z"
                }) {
            Instant instant = Instant.parse(each);
            StringBuilder line = new StringBuilder();
            new LogTime().appendTo(line, instant, zone);
            assertThat(line).hasToString(AS_POSTGRESQL.format(instant.atZone(zone)));
        }
    }
}
