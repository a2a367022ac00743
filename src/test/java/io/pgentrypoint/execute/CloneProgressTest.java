package io.pgentrypoint.execute;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pgentrypoint.report.ProgressLine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Where nobody looks at a terminal: lines of the log.
class CloneProgressTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProgressLine.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
    }

    private List<String> said() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    0/31258 kB (0%), 0/1 tablespace",
                "31268/31258 kB (100%), 1/1 tablespace",
                "  41237/98214 kB (41%), 0/2 tablespaces (...ata/pgsql_tmp_entrypoint/x)"
            })
    void lines_of_pg_basebackup_are_known(String line) {
        assertThat(CloneProgress.isProgress(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pg_basebackup: initiating base backup, waiting for checkpoint to complete",
                "pg_basebackup: error: 1/2 kB (50%)"
            })
    void other_lines_are_left_for_the_complaint(String line) {
        assertThat(CloneProgress.isProgress(line)).isFalse();
    }

    @Test
    void a_line_tells_percent_bytes_rate_and_time_left() {
        CloneProgress progress = new CloneProgress();
        progress.line("  512000/1024000 kB (50%), 0/1 tablespace");
        assertThat(said())
                .singleElement()
                .asString()
                .matches(
                        "Cloning: 50%, 500\\.0 MB of 1000\\.0 MB, [0-9.]+ [kMGT]?B/s, \\d+ s left");
    }

    @Test
    void a_line_that_comes_soon_after_another_is_not_logged() {
        CloneProgress progress = new CloneProgress();
        progress.line("  1/4 kB (25%), 0/1 tablespace");
        progress.line("  2/4 kB (50%), 0/1 tablespace");
        assertThat(said()).hasSize(1);
    }

    @Test
    void nothing_copied_yet_leaves_an_unknown_time() {
        CloneProgress progress = new CloneProgress();
        progress.line("    0/31258 kB (0%), 0/1 tablespace");
        assertThat(said()).containsExactly("Cloning: 0%, 0 B of 30.5 MB, 0 B/s, unknown left");
    }

    /// The primary grows while it is copied.
    @Test
    void more_than_was_announced_is_everything() {
        CloneProgress progress = new CloneProgress();
        progress.line("31268/31258 kB (100%), 1/1 tablespace");
        assertThat(said())
                .singleElement()
                .asString()
                .startsWith("Cloning: 100%, 30.5 MB of 30.5 MB");
    }

    @Test
    void an_empty_cluster_divides_by_nothing() {
        CloneProgress progress = new CloneProgress();
        progress.line("0/0 kB (100%), 1/1 tablespace");
        assertThat(said()).singleElement().asString().startsWith("Cloning: 0%, 0 B of 0 B");
    }

    @Test
    void the_summary_counts_what_was_copied() {
        CloneProgress progress = new CloneProgress();
        progress.line("  2097152/2097152 kB (100%), 1/1 tablespace");
        assertThat(progress.summary()).matches("2\\.0 GB in \\d+ s, [0-9.]+ [kMGT]?B/s");
    }
}
