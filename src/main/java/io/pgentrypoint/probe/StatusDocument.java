package io.pgentrypoint.probe;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.pgentrypoint.patroni.RestApi;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `status --format json` prints. What is not known, or makes no sense for the role, is
/// absent.
final class StatusDocument {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private StatusDocument() {}

    static String text(NodeStatus status, Optional<RestApi.Member> patroni) {
        Map<String, @Nullable Object> document = document(status);
        patroni.ifPresent(member -> document.put("patroni", patroni(member)));
        return GSON.toJson(document);
    }

    private static Map<String, @Nullable Object> patroni(RestApi.Member member) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("role", member.role());
        document.put("state", member.state());
        document.put("dcsSeenAt", member.dcsSeen() == 0 ? null : time((double) member.dcsSeen()));
        document.put("pendingRestart", member.pendingRestart());
        document.values().removeIf(value -> value == null);
        return document;
    }

    private static Map<String, @Nullable Object> document(NodeStatus status) {
        Progress.Moment progress = status.progress();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("phase", progress.phase().word());
        document.put("healthy", status.ready());
        document.put("why", status.ready() ? null : status.why());
        document.put("secondsInPhase", rounded(progress.inPhase().toMillis() / 1e3));
        status.server().ifPresent(server -> put(server, status, document));
        document.put("missingWal", status.missingWal().orElse(null));
        document.put("replay", status.replayHeld().orElse(null));
        status.certificateEnd()
                .ifPresent(end -> {
                    document.put("certificateEndsAt", end.toString());
                    document.put("certificateDaysLeft", daysUntil(end));
                });
        if (progress.total() > 0) {
            document.put(
                    "clone", Map.of("doneBytes", progress.done(), "totalBytes", progress.total()));
        }
        Map<String, Double> times = new LinkedHashMap<>();
        progress.spent()
                .forEach((phase, time) -> times.put(phase.word(), rounded(time.toMillis() / 1e3)));
        document.put("secondsByPhase", times);
        document.values().removeIf(value -> value == null);
        return document;
    }

    private static void put(
            ServerState server, NodeStatus status, Map<String, @Nullable Object> document) {
        switch (server.position()) {
            case Primary primary -> {
                document.put("role", "primary");
                document.put("timeline", server.timeline());
                document.put("wal", primary.written());
                document.put("writable", primary.writable());
            }
            case Standby standby -> {
                document.put("role", "replica");
                document.put("timeline", server.timeline());
                document.put("wal", standby.replayed());
                document.put("received", standby.received());
                document.put("upstream", standby.upstream());
                document.put("receiver", standby.receiver());
                document.put("lagBytes", standby.replay().lagBytes());
                document.put("lagSeconds", standby.replay().lagSeconds());
                document.put("silentSeconds", standby.silentSeconds());
                document.put("replayedCommitAt", time(standby.replayedCommitAt()));
            }
        }
        document.put("serverStartedAt", time(server.startedAt()));
        server.notAsked()
                .ifPresentOrElse(
                        why -> document.put("notKnown", why),
                        () -> {
                            document.put("standbys", server.standbys());
                            document.put("disconnected", status.disconnected());
                            document.put("slots", server.slots());
                            server.archiver()
                                    .ifPresent(archiver ->
                                            document.put("archiver", archiver(archiver)));
                        });
    }

    private static Map<String, @Nullable Object> archiver(ServerState.Archiver archiver) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("failing", archiver.failing());
        document.put("archived", archiver.archived());
        document.put("failed", archiver.failed());
        document.put("lastFailedWal", archiver.lastFailedWal());
        document.put("lastFailedAt", time(archiver.lastFailedAt()));
        document.values().removeIf(value -> value == null);
        return document;
    }

    /// Below zero once it is over.
    private static long daysUntil(Instant end) {
        return Math.floorDiv(
                end.getEpochSecond() - Instant.now().getEpochSecond(),
                Duration.ofDays(1).toSeconds());
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }

    private static @Nullable String time(@Nullable Double epochSeconds) {
        return epochSeconds == null
                ? null
                : Instant.ofEpochMilli(Math.round(epochSeconds * 1000)).toString();
    }
}
