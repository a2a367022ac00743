package io.pgentrypoint.execute;

import io.pgentrypoint.plan.Room;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.volume.DiskUse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for room on a full disk, without a server: it could do nothing but crash again. What fills
/// the disk is said at once, and again now and then; a stop ends the wait.
final class RoomWait {

    private static final Logger LOG = LoggerFactory.getLogger(RoomWait.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration REPORT = Duration.ofMinutes(2);

    private RoomWait() {}

    static void await(Step.AwaitRoom step, StopRequest stop, Progress progress) {
        long reported = System.nanoTime() - REPORT.toNanos();
        while (true) {
            List<Room> missing =
                    step.needed().stream()
                            .filter(room -> room.space().freeNow() < room.bytes())
                            .toList();
            if (missing.isEmpty()) {
                LOG.info("There is room again");
                return;
            }
            if (System.nanoTime() - reported >= REPORT.toNanos()) {
                reported = System.nanoTime();
                report(step, missing, progress);
            }
            stop.pause(LOOK);
        }
    }

    private static void report(Step.AwaitRoom step, List<Room> missing, Progress progress) {
        String what = missing.stream().map(Room::sentenceNow).collect(Collectors.joining("; "));
        String use =
                missing.stream()
                        .flatMap(room ->
                                DiskUse.of(room.space(), step.layout().dataDirectory()).stream())
                        .distinct()
                        .collect(Collectors.joining(", "));
        progress.detail(what + "; it holds: " + use);
        LOG.error(
                "Holding, without a server: {}. Looking again each {}", what, Measures.time(LOOK));
        LOG.error("What fills it: {}", use);
    }
}
