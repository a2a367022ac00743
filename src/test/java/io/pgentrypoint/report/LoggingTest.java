package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

    private static final Logger LOG = LoggerFactory.getLogger("io.pgentrypoint.test");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @BeforeEach
    void redirect() {
        Logging.zone(ZoneId.of("UTC"));
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        Logging.zone(ZoneId.of("UTC"));
        System.setErr(before);
        Logging.configure("info", LogFormat.TEXT);
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_line_has_the_zone_of_the_server() {
        Logging.configure("info", LogFormat.TEXT);
        Logging.zone(ZoneId.of("Asia/Tokyo"));
        LOG.info("hello");
        assertThat(said()).contains(" JST [entrypoint] INFO  hello");
    }

    @Test
    void a_line_has_the_time_as_postgresql_writes_it() {
        Logging.configure("info", LogFormat.TEXT);
        LOG.info("hello {}", "w\u00f6rld");
        assertThat(said())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} UTC \\[entrypoint] INFO  hello"
                                + " w\u00f6rld\n");
    }

    @Test
    void a_message_cannot_write_a_second_line() {
        Logging.configure("info", LogFormat.TEXT);
        LOG.info("value {}", "a\r\n2026-01-01 [entrypoint] ERROR forged\nb");
        assertThat(said().lines()).hasSize(1);
    }

    /// Whoever is asked to report a bug needs something to report.
    @Test
    void an_exception_is_shown_with_its_trace() {
        Logging.configure("info", LogFormat.TEXT);
        LOG.error("a bug", new IllegalStateException("impossible"));
        assertThat(said())
                .contains("ERROR a bug\n")
                .contains("IllegalStateException: impossible")
                .contains("at io.pgentrypoint.report.LoggingTest");
    }

    @Test
    void the_level_is_that_of_the_environment() {
        Logging.configure("warn", LogFormat.TEXT);
        LOG.info("quiet");
        LOG.warn("loud");
        assertThat(said()).contains("loud").doesNotContain("quiet");
    }

    @Test
    void json_is_one_object_a_line() {
        Logging.configure("info", LogFormat.JSON);
        LOG.info("two\nlines and \"{}\"", "quotes");
        assertThat(said().lines()).hasSize(1);
        assertThat(JsonParser.parseString(said()).getAsJsonObject().get("message").getAsString())
                .isEqualTo("two\nlines and \"quotes\"");
    }
}
