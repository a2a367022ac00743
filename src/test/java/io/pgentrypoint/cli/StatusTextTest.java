package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private static List<String> lines(String json) throws IOException {
        return StatusText.lines(json);
    }

    @Test
    void a_clone_shows_why_it_is_not_healthy_and_how_far_it_is() throws IOException {
        assertThat(
                        lines(
                                """
                                {"phase":"cloning","healthy":false,"why":"cloning the primary: 25%",
                                 "secondsInPhase":75.2,"clone":{"doneBytes":1024,"totalBytes":4096},
                                 "secondsByPhase":{"starting":0.3,"cloning":75.2}}
                                """))
                .containsExactly(
                        "phase     cloning for 1 min 15 s",
                        "healthy   no: cloning the primary: 25%",
                        "clone     25%, 1.0 kB of 4.0 kB",
                        "time      starting 300 ms, cloning 1 min 15 s");
    }

    @Test
    void a_primary_shows_each_standby_and_slot() throws IOException {
        assertThat(
                        lines(
                                """
                                {"phase":"running","healthy":true,"secondsInPhase":3.5,"role":"primary",
                                 "timeline":2,"wal":"0/5000000","serverStartedAt":"2026-01-01T00:00:00Z",
                                 "standbys":[{"name":"r1","address":"10.0.0.2","state":"streaming",
                                              "sync":"async","lagBytes":2048,"lagSeconds":2.43E-4}],
                                 "slots":[{"name":"r1","type":"physical","active":true,
                                           "walStatus":"reserved","retainedBytes":1048576}],
                                 "secondsByPhase":{"running":3.5}}
                                """))
                .contains(
                        "role      primary, timeline 2",
                        "standby   r1 at 10.0.0.2: streaming, async, 2.0 kB behind, 0.2 ms",
                        "slot      r1: physical, active, 1.0 MB of WAL kept, reserved");
    }

    @Test
    void a_primary_shows_the_standbys_that_have_gone_and_what_their_slots_keep()
            throws IOException {
        assertThat(
                        lines(
                                """
                                {"phase":"running","healthy":true,"secondsInPhase":3.5,"role":"primary",
                                 "timeline":2,"wal":"0/5000000","serverStartedAt":"2026-01-01T00:00:00Z",
                                 "standbys":[],
                                 "disconnected":[{"name":"r1","since":"2026-01-01T00:00:00Z",
                                                  "replayed":"0/4000060","slot":"r1",
                                                  "walStatus":"extended","retainedBytes":1048576},
                                                 {"name":"r2","slot":"r2","walStatus":"lost"},
                                                 {"name":"new","slot":"new"},
                                                 {"name":"r4","since":"2026-01-01T00:00:00Z"}],
                                 "secondsByPhase":{"running":3.5}}
                                """))
                .contains(
                        "standby   r1: missing since 2026-01-01T00:00:00Z, at 0/4000060, its slot"
                                + " keeps 1.0 MB of WAL",
                        "standby   r2: missing, its slot has lost WAL that it needs",
                        "standby   new: missing, its slot keeps no WAL",
                        "standby   r4: missing since 2026-01-01T00:00:00Z");
    }

    @Test
    void an_archiver_that_fails_is_shown_with_the_file_of_its_last_attempt() throws IOException {
        String document =
                """
                {"phase":"running","healthy":true,"secondsInPhase":3.5,"role":"primary",
                 "timeline":2,"wal":"0/5000000","serverStartedAt":"2026-01-01T00:00:00Z",
                 "archiver":{"failing":%s,"archived":2,"failed":3,
                             "lastFailedWal":"000000020000000000000004",
                             "lastFailedAt":"2026-01-01T00:00:01Z"},
                 "secondsByPhase":{"running":3.5}}
                """;
        assertThat(lines(document.formatted("true")))
                .contains(
                        "archiver  fails: 3 attempts have failed, the last with"
                                + " 000000020000000000000004 at 2026-01-01T00:00:01Z");
        assertThat(lines(document.formatted("false")))
                .noneMatch(line -> line.startsWith("archiver"));
    }

    @Test
    void the_end_of_the_certificate_is_shown_in_days() throws IOException {
        String document =
                """
                {"phase":"running","healthy":true,"secondsInPhase":3.5,
                 "certificateEndsAt":"2026-01-01T00:00:00Z","certificateDaysLeft":%d,
                 "secondsByPhase":{"running":3.5}}
                """;
        assertThat(lines(document.formatted(60)))
                .contains("tls       the certificate ends at 2026-01-01T00:00:00Z, in 60 days");
        assertThat(lines(document.formatted(-1)))
                .contains("tls       the certificate ended at 2026-01-01T00:00:00Z");
    }
}
