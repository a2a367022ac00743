package io.pgentrypoint.execute;

import io.pgentrypoint.observe.volume.DiskUse;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.SpaceRequirement;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for room on a full disk, without a server: it could do nothing but crash again. What fills
/// the disk is said at once, and again now and then; a stop ends the wait.
final class FreeSpaceWait {

    private static final Logger LOG = LoggerFactory.getLogger(FreeSpaceWait.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration REPORT = Duration.ofMinutes(2);

    private FreeSpaceWait() {}

    static void await(Build.AwaitFreeSpace step, StopRequest stop, Progress progress) {
        long reported = System.nanoTime() - REPORT.toNanos();
        while (true) {
            List<SpaceRequirement> missing =
                    step.needed().stream()
                            .filter(requirement ->
                                    requirement.space().freeNow() < requirement.bytes())
                            .toList();
            if (missing.isEmpty()) {
                LOG.info("There is enough free space again");
                return;
            }
            if (System.nanoTime() - reported >= REPORT.toNanos()) {
                reported = System.nanoTime();
                report(step, missing, progress);
            }
            stop.pause(LOOK);
        }
    }

    private static void report(
            Build.AwaitFreeSpace step, List<SpaceRequirement> missing, Progress progress) {
        String what =
                missing.stream()
                        .map(SpaceRequirement::sentenceNow)
                        .collect(Collectors.joining("; "));
        String use =
                missing.stream()
                        .flatMap(requirement ->
                                DiskUse.of(requirement.space(), step.layout().dataDirectory())
                                        .stream())
                        .distinct()
                        .collect(Collectors.joining(", "));
        progress.detail("%s; it holds: %s".formatted(what, use));
        LOG.error(
                "Holding, without a server: {}. Checking again every {}",
                what,
                Measures.time(LOOK));
        LOG.error("What fills it: {}", use);
    }
}
