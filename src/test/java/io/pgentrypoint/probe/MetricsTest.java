package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {

    // The grammar of a line in the text format, version 0.0.4.
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "[a-z_]+(\\{[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\""
                            + "(,[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\")*})? -?[0-9.]+");

    private static Downstream standby(String name, String state, long lag) {
        return new Downstream(name, "10.0.0.2", state, "async", null, "0/1", lag, null);
    }

    private static List<String> lines(NodeStatus status) {
        return Metrics.text(status).lines().toList();
    }

    @Test
    void a_primary_shows_its_position_standbys_and_slots() {
        assertThat(lines(Nodes.primary(standby("b", "streaming", 0), standby("a", "catchup", 7))))
                .contains(
                        "pg_entrypoint_up 1",
                        "pg_entrypoint_ready 1",
                        "pg_entrypoint_role{role=\"primary\"} 1",
                        "pg_entrypoint_role{role=\"replica\"} 0",
                        "pg_entrypoint_timeline 3",
                        "pg_entrypoint_wal_written_bytes " + ((0x16L << 32) + 0xB374D848L),
                        "pg_entrypoint_server_start_time_seconds 1700000000.250",
                        "pg_entrypoint_standby_connections{application_name=\"a\","
                                + "state=\"catchup\",sync=\"async\"} 1",
                        "pg_entrypoint_standby_lag_bytes{application_name=\"a\"} 7",
                        "pg_entrypoint_slot_active{slot=\"replica_1\",type=\"physical\","
                                + "wal_status=\"extended\"} 0",
                        "pg_entrypoint_slot_retained_wal_bytes{slot=\"replica_1\"} 4096",
                        "pg_entrypoint_archiver_failing 1",
                        "pg_entrypoint_archiver_failed_total 3",
                        "pg_entrypoint_archiver_archived_total 7",
                        "pg_entrypoint_phase{phase=\"running\"} 1",
                        "pg_entrypoint_phase{phase=\"cloning\"} 0");
    }

    @Test
    void the_end_of_the_certificate_is_shown_where_there_is_one() {
        NodeStatus status = Nodes.primary();
        assertThat(lines(status)).noneMatch(line -> line.contains("certificate"));
        assertThat(
                        lines(
                                status.withCertificateEnd(
                                        Optional.of(Instant.ofEpochSecond(1_800_000_000)))))
                .contains("pg_entrypoint_certificate_end_time_seconds 1800000000");
    }

    @Test
    void a_replica_shows_its_lag() {
        assertThat(lines(Nodes.replica(96)))
                .contains(
                        "pg_entrypoint_role{role=\"replica\"} 1",
                        "pg_entrypoint_streaming 1",
                        "pg_entrypoint_wal_received_bytes 50331744",
                        "pg_entrypoint_wal_replayed_bytes 50331648",
                        "pg_entrypoint_replay_lag_bytes 96",
                        "pg_entrypoint_replay_lag_seconds 1.500");
    }

    @Test
    void what_is_not_known_is_absent_and_not_zero() {
        Progress progress = new Progress(() -> 0);
        progress.enter(Phase.CLONING);
        NodeStatus cloning = NodeStatus.notReady("cloning", progress.now(), Optional.empty());
        assertThat(lines(cloning))
                .contains("pg_entrypoint_up 0", "pg_entrypoint_ready 0")
                .noneMatch(line -> line.contains("lag") || line.contains("clone_"));
        assertThat(lines(Nodes.replica(0)))
                .noneMatch(line -> line.contains("replayed_commit_time"));
        progress.cloned(5, 10);
        assertThat(lines(NodeStatus.notReady("cloning", progress.now(), Optional.empty())))
                .contains("pg_entrypoint_clone_done_bytes 5", "pg_entrypoint_clone_total_bytes 10");
    }

    @Test
    void a_name_cannot_add_a_sample() {
        String hostile = "a\"} 1\nevil{x=\"\\";
        assertThat(lines(Nodes.primary(standby(hostile, "streaming", 0))))
                .contains(
                        "pg_entrypoint_standby_lag_bytes{application_name="
                                + "\"a\\\"} 1\\nevil{x=\\\"\\\\\"} 0")
                .allMatch(line -> line.startsWith("# ") || SAMPLE.matcher(line).matches());
    }

    @Test
    void standbys_of_one_name_are_one_series_with_the_worst_lag() {
        List<String> lines =
                lines(
                        Nodes.primary(
                                standby("walreceiver", "streaming", 5),
                                standby("walreceiver", "streaming", 9),
                                standby("walreceiver", "streaming", 7)));
        assertThat(lines)
                .contains(
                        "pg_entrypoint_standby_connections{application_name=\"walreceiver\","
                                + "state=\"streaming\",sync=\"async\"} 3",
                        "pg_entrypoint_standby_lag_bytes{application_name=\"walreceiver\"} 9");
        Set<String> series = new HashSet<>();
        assertThat(lines).allMatch(line -> series.add(line.replaceAll(" [0-9.]+$", "")));
    }

    @Test
    void each_metric_stands_together_after_its_help_and_type() {
        Set<String> ended = new HashSet<>();
        String current = "";
        for (String line : lines(Nodes.primary(standby("a", "streaming", 0)))) {
            String name = line.replaceAll("^# (HELP|TYPE) ", "").replaceAll("[ {].*", "");
            if (!name.equals(current)) {
                assertThat(line).startsWith("# HELP " + name + " ");
                assertThat(ended).doesNotContain(name);
                ended.add(current);
                current = name;
            }
        }
    }

    @Test
    void the_documentation_lists_exactly_these_metrics() throws IOException {
        Progress progress = new Progress(() -> 0);
        progress.cloned(1, 2);
        Set<String> exposed = new TreeSet<>();
        Downstream timed = new Downstream("a", null, "streaming", "async", null, "0/1", 0L, 0.5);
        ServerState replica = Nodes.replica(0).server().orElseThrow();
        ServerState dated =
                new ServerState(
                        1,
                        0,
                        new ServerState.Standby(
                                "0/1",
                                "0/1",
                                "streaming",
                                null,
                                new ServerState.Replay(0L, 0.0, false, null),
                                0.0,
                                1.7e9),
                        List.of(),
                        List.of(),
                        Optional.empty());
        Stream.of(
                        Nodes.primary(timed).withCertificateEnd(Optional.of(Instant.EPOCH)),
                        NodeStatus.ready(progress.now(), replica),
                        NodeStatus.ready(progress.now(), dated))
                .flatMap(status -> lines(status).stream())
                .filter(line -> line.startsWith("# TYPE "))
                .forEach(line -> exposed.add(line.replaceAll("# TYPE | .*$", "")));
        Matcher documented =
                Pattern.compile("(?m)^\\| `((?:pg|process)_[a-z_]+)(?:\\{[^}]*})?` \\|")
                        .matcher(Files.readString(Path.of("docs/reference/probes.md")));
        assertThat(documented.results().map(found -> found.group(1)).toList())
                .containsExactlyInAnyOrderElementsOf(exposed);
    }
}
