package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Archiver;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Replay;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page of /metrics. docs/reference/probes.md lists what is on it; a test compares the two.
final class Metrics {

    private static final String PREFIX = "pg_entrypoint_";

    private final Exposition page = new Exposition();

    private Metrics() {}

    static String text(NodeStatus status) {
        Metrics metrics = new Metrics();
        metrics.gauge(
                "up", "The server answers: 1 yes, 0 no.", status.server().isPresent() ? 1 : 0);
        metrics.gauge("ready", "What /readyz says.", status.ready() ? 1 : 0);
        metrics.progress(status.progress());
        status.server().ifPresent(metrics::server);
        metrics.expected(status);
        metrics.gauge(
                "certificate_end_time_seconds",
                "End of the server's certificate, in seconds since 1970.",
                status.certificateEnd().map(Instant::getEpochSecond).orElse(null));
        if (status.server().map(ServerState::position).orElse(null) instanceof Standby) {
            metrics.gauge(
                    "wal_missing",
                    "1 when the upstream has removed WAL that is needed here.",
                    status.missingWal().isPresent() ? 1 : 0);
        }
        return metrics.page.text();
    }

    private void progress(Progress.Moment progress) {
        for (Phase phase : Phase.values()) {
            gauge(
                    "phase",
                    "1 for what this process is doing.",
                    phase == progress.phase() ? 1 : 0,
                    "phase",
                    phase.word());
        }
        for (Phase phase : Phase.values()) {
            page.counter(
                    PREFIX + "phase_seconds_total",
                    "Time spent in each phase.",
                    seconds(progress.spent().getOrDefault(phase, Duration.ZERO).toNanos() / 1e9),
                    "phase",
                    phase.word());
        }
        boolean cloned = progress.total() > 0;
        gauge("clone_done_bytes", "Copied by the clone.", cloned ? progress.done() : null);
        gauge("clone_total_bytes", "Size of the clone.", cloned ? progress.total() : null);
        // A counter of restarts would begin at 0 with each: changes() of this is the honest one.
        page.gauge(
                "process_start_time_seconds",
                "Start of this process, in seconds since 1970.",
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(start -> seconds(start.toEpochMilli() / 1e3))
                        .orElse(null));
    }

    private void server(ServerState server) {
        gauge("timeline", "Timeline of the node.", server.timeline());
        gauge(
                "server_start_time_seconds",
                "Start of the server, in seconds since 1970.",
                seconds(server.startedAt()));
        switch (server.position()) {
            case Primary primary -> {
                role("primary");
                gauge(
                        "writable",
                        "0 while transactions are read-only.",
                        primary.writable() == null ? null : primary.refusesWrites() ? 0 : 1);
                gauge("wal_written_bytes", "Position of writing.", bytes(primary.written()));
            }
            case Standby standby -> {
                role("replica");
                standby(standby);
            }
        }
        downstream(server.standbys());
        server.slots().forEach(this::slot);
        server.archiver().ifPresent(this::archiver);
    }

    private void archiver(Archiver archiver) {
        gauge(
                "archiver_failing",
                "1 while the last attempt to archive WAL has failed.",
                archiver.failing() ? 1 : 0);
        page.counter(
                PREFIX + "archiver_failed_total",
                "Attempts to archive WAL that failed.",
                archiver.failed());
        page.counter(
                PREFIX + "archiver_archived_total", "WAL files archived.", archiver.archived());
    }

    private void role(String role) {
        for (String each : List.of("primary", "replica")) {
            gauge("role", "1 for the role of the server.", each.equals(role) ? 1 : 0, "role", each);
        }
    }

    private void standby(Standby standby) {
        gauge(
                "streaming",
                "1 while it streams.",
                standby.receiver().equals(Standby.UNKNOWN) ? null : standby.streams() ? 1 : 0);
        gauge("wal_received_bytes", "Position received.", bytes(standby.received()));
        gauge("wal_replayed_bytes", "Position replayed.", bytes(standby.replayed()));
        gauge("replay_lag_bytes", "Known of and not replayed.", standby.replay().lagBytes());
        gauge(
                "replay_lag_seconds",
                "Age of the last commit replayed; 0 when all that is known of is replayed.",
                seconds(standby.replay().lagSeconds()));
        gauge(
                "replay_paused",
                "1 while replay is paused.",
                standby.replay().equals(Replay.UNKNOWN) ? null : standby.replay().paused() ? 1 : 0);
        gauge(
                "upstream_silence_seconds",
                "Time since the upstream's last message.",
                seconds(standby.silentSeconds()));
        gauge(
                "replayed_commit_time_seconds",
                "When the last commit replayed was made, in seconds since 1970.",
                seconds(standby.replayedCommitAt()));
    }

    /// Those that stream, and those that did and are missing.
    private void expected(NodeStatus status) {
        Map<String, Integer> up = new TreeMap<>();
        status.disconnected().stream()
                .filter(each -> each.since() != null)
                .forEach(each -> up.put(each.name(), 0));
        status.server().stream()
                .flatMap(server -> server.standbys().stream())
                .filter(each -> each.state().equals("streaming"))
                .forEach(each -> up.put(each.name(), 1));
        up.forEach((name, value) ->
                gauge(
                        "standby_up",
                        "1 while the standby streams, 0 while it is missing.",
                        value,
                        "application_name",
                        name));
    }

    /// An application_name is not unique, and a series must be: connections are counted, and the
    /// worst lag is shown.
    private void downstream(List<Downstream> all) {
        Map<List<String>, Long> counts =
                all.stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> List.of(each.name(), each.state(), each.sync()),
                                        () -> new TreeMap<>(Comparator.comparing(Object::toString)),
                                        Collectors.counting()));
        counts.forEach((key, count) ->
                gauge(
                        "standby_connections",
                        "Connections that receive WAL from here.",
                        count,
                        "application_name",
                        key.get(0),
                        "state",
                        key.get(1),
                        "sync",
                        key.get(2)));
        worst(all, Downstream::lagBytes)
                .forEach((name, lag) ->
                        gauge(
                                "standby_lag_bytes",
                                "WAL that the standby has not replayed.",
                                lag,
                                "application_name",
                                name));
        worst(all, Downstream::lagSeconds)
                .forEach((name, lag) ->
                        gauge(
                                "standby_lag_seconds",
                                "Time from our write to its replay, as last measured.",
                                seconds(lag),
                                "application_name",
                                name));
    }

    private static <N extends Comparable<N>> Map<String, N> worst(
            List<Downstream> all, Function<Downstream, @Nullable N> lag) {
        Map<String, N> worst = new TreeMap<>();
        for (Downstream each : all) {
            N value = lag.apply(each);
            if (value != null) {
                worst.merge(each.name(), value, (a, b) -> a.compareTo(b) < 0 ? b : a);
            }
        }
        return worst;
    }

    private void slot(ReplicationSlot slot) {
        gauge(
                "slot_active",
                "1 while someone uses the slot.",
                slot.active() ? 1 : 0,
                "slot",
                slot.name(),
                "type",
                slot.type(),
                "wal_status",
                Objects.requireNonNullElse(slot.walStatus(), "none"));
        gauge(
                "slot_retained_wal_bytes",
                "WAL that is kept for the slot.",
                slot.retainedBytes(),
                "slot",
                slot.name());
    }

    private void gauge(String name, String help, @Nullable Number value, String... labels) {
        page.gauge(PREFIX + name, help, value, labels);
    }

    /// `16/B374D848` as a number.
    static @Nullable Long bytes(@Nullable String position) {
        if (position == null) {
            return null;
        }
        int slash = position.indexOf('/');
        return (Long.parseLong(position.substring(0, slash), 16) << 32)
                + Long.parseLong(position.substring(slash + 1), 16);
    }

    /// Plain decimals: 1.7E9 would be right and hard to read.
    private static @Nullable BigDecimal seconds(@Nullable Double value) {
        return value == null ? null : BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
    }
}
