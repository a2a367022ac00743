package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StreamWatchTest {

    private static final String GONE =
            "2026-11-23 08:00:00.123 UTC [71] FATAL:  could not receive data from WAL stream: ERROR:"
                    + "  requested WAL segment 000000010000000000000003 has already been removed";

    private static StreamWatch said(String... lines) {
        return new StreamWatch(() -> List.of(lines), "REJOIN=reclone");
    }

    @Test
    void what_the_server_said_last_of_its_receiver_is_the_reason() {
        StreamWatch watch =
                said(
                        "FATAL:  could not connect to the primary server: Connection refused",
                        GONE,
                        "LOG:  waiting for WAL to become available at 0/3000060");
        assertThat(watch.complaint()).hasValueSatisfying(text -> assertThat(text).contains("0003"));
        assertThat(watch.missing()).isPresent();
    }

    @Test
    void what_a_retry_can_heal_is_not_missing() {
        StreamWatch watch = said("FATAL:  could not connect to the primary server: timeout");
        assertThat(watch.complaint()).isPresent();
        assertThat(watch.missing()).isEmpty();
    }

    @Test
    void a_stream_that_came_after_it_ends_the_complaint() {
        assertThat(said(GONE, "LOG:  started streaming WAL from primary at 0/3 on timeline 1"))
                .extracting(StreamWatch::complaint)
                .isEqualTo(java.util.Optional.empty());
        assertThat(StreamWatch.deaf().complaint()).isEmpty();
    }

    /// Only the end of what it said is kept.
    @Test
    void a_complaint_stands_although_the_server_has_said_much_else_since() {
        AtomicReference<List<String>> lines = new AtomicReference<>(List.of(GONE));
        StreamWatch watch = new StreamWatch(lines::get, "REJOIN=reclone");
        assertThat(watch.missing()).isPresent();
        lines.set(List.of("ERROR:  relation \"x\" does not exist"));
        assertThat(watch.missing()).isPresent();
        lines.set(List.of("LOG:  started streaming WAL from primary at 0/3 on timeline 1"));
        assertThat(watch.missing()).isEmpty();
        lines.set(List.of());
        assertThat(watch.missing()).isEmpty();
    }

    @Test
    void two_histories_that_parted_are_missing_what_no_retry_brings() {
        assertThat(
                        said("LOG:  new timeline 2 forked off current database system"
                                        + " timeline 1 before current recovery point 0/3085158")
                                .missing())
                .isPresent();
    }

    @Test
    void another_line_of_the_server_is_none_of_its_complaints() {
        assertThat(said("ERROR:  relation \"x\" does not exist", "").complaint()).isEmpty();
    }
}
