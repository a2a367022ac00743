package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerLineTest {

    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-07-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String PREFIX = "2026-07-01 11:59:59.999 UTC [42] ";

    @Test
    void the_default_prefix_becomes_fields() {
        assertThat(
                        ServerLine.json(
                                PREFIX + "LOG:  database system is ready to accept connections",
                                NOON))
                .isEqualTo(
                        "{\"timestamp\":\"2026-07-01T12:00:00.000Z\",\"level\":\"INFO\","
                                + "\"source\":\"postgres\",\"message\":\"database system is ready"
                                + " to accept connections\",\"pid\":\"42\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "DEBUG,DEBUG", "LOG,INFO", "INFO,INFO", "NOTICE,INFO",
        "WARNING,WARN", "ERROR,ERROR", "FATAL,FATAL", "PANIC,PANIC"
    })
    void severities_become_levels(String severity, String level) {
        assertThat(ServerLine.json(PREFIX + severity + ":  text", NOON))
                .contains("\"level\":\"" + level + "\"", "\"message\":\"text\"");
    }

    @Test
    void a_line_of_another_shape_is_kept_whole() {
        assertThat(ServerLine.json("\tdetail \"quoted\" <b> \\ \u0001", NOON))
                .endsWith("\"message\":\"\\tdetail \\\"quoted\\\" <b> \\\\ \\u0001\"}");
    }

    @Test
    void a_line_of_patroni_has_its_own_source_and_level() {
        assertThat(ServerLine.json("2026-11-23 09:07:09,648 WARNING: Lock owner: None", NOON))
                .contains(
                        "\"level\":\"WARN\"",
                        "\"source\":\"patroni\"",
                        "\"message\":\"Lock owner: None\"");
    }
}
