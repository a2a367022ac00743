package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RecentLinesTest {

    private static final Logger LOG = LoggerFactory.getLogger("io.pgentrypoint.test");

    private final PrintStream before = System.err;

    @BeforeEach
    void redirect() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        Logging.configure("info", LogFormat.TEXT);
    }

    @AfterEach
    void restore() {
        Masks.clear();
        System.setErr(before);
        Logging.configure("info", LogFormat.TEXT);
    }

    @Test
    void the_last_fifty_lines_are_kept_whatever_was_before() {
        for (int i = 1; i <= 333; i++) {
            LOG.info("line {}", i);
        }
        assertThat(RecentLines.newestFirst())
                .hasSize(RecentLines.MOST)
                .first()
                .asString()
                .endsWith(" [entrypoint] INFO  line 333");
        assertThat(RecentLines.newestFirst()).last().asString().endsWith("INFO  line 284");
    }

    @Test
    void a_line_without_end_is_cut() {
        LOG.info("{}", "é".repeat(5000));
        String line = RecentLines.newestFirst().getFirst();
        assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(RecentLines.LONGEST + 10);
        assertThat(line).endsWith(" …");
    }

    @Test
    void a_secret_is_masked_also_one_that_was_none_when_the_line_was_written() {
        LOG.info("the password is correct-horse");
        Masks.add(List.of(new Secret("correct-horse")), List.of());
        assertThat(RecentLines.newestFirst().getFirst()).endsWith("the password is ****");
        LOG.info("again correct-horse");
        assertThat(RecentLines.newestFirst().getFirst()).endsWith("again ****");
    }

    @Test
    void objects_are_kept_as_they_are_printed() {
        Logging.configure("info", LogFormat.JSON);
        LOG.warn("as an object");
        assertThat(RecentLines.newestFirst().getFirst())
                .startsWith("{")
                .contains("\"as an object\"")
                .endsWith("}");
    }
}
