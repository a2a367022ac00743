package io.pgentrypoint.execute;

import io.pgentrypoint.connect.NotReadyServer;
import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.plan.step.HandOver;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A primary that has stopped for a switchover: it answers on its port, and lets the successor take
/// over once that one has replayed all. What it allows is on the volume before anybody hears it.
public final class HandOverWait {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverWait.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PROMOTION = Duration.ofSeconds(10);
    private static final String HINT =
            "this node hands over to another one (entrypoint switchover)";

    private enum Stage {
        OPEN,
        ALLOWED,
        WITHDRAWN
    }

    private final HandOver.AllowSuccessor step;
    private final Succession.Key key;
    private final ControlData control;
    private final String otherwise;
    private Stage stage = Stage.OPEN;

    /// @param control of this volume, whose server has ended
    public HandOverWait(
            HandOver.AllowSuccessor step,
            Succession.Key key,
            ControlData control,
            Mode.NativeAuto auto) {
        this.step = step;
        this.key = key;
        this.control = control;
        this.otherwise =
                new WaitingNode(
                                auto.nodes().checksum(),
                                Optional.of(
                                        new WaitingNode.Cluster(
                                                true,
                                                true,
                                                control.systemIdentifier(),
                                                control.timeline())))
                        .text();
    }

    /// @return whether the successor was allowed to take over; if not, it cannot any more
    public boolean run(Settings settings, Programs programs, StopRequest stop) {
        if (!control.hasEndedAsPrimary()) {
            LOG.warn(
                    "Not handing over: the server did not end with a checkpoint, its control file says \"{}\"",
                    control.state());
            return false;
        }
        try (var _ = NotReadyServer.open(settings.port(), this::answer, HINT)) {
            long start = System.nanoTime();
            while (stage() == Stage.OPEN && left(start, step.atMost())) {
                stop.pause(POLL);
            }
            if (withdrawn()) {
                return false;
            }
            // It may not have heard the answer, and asks again.
            long allowed = System.nanoTime();
            while (left(allowed, PROMOTION)
                    && !Observer.takesWrites(step.successor(), settings, programs)) {
                stop.pause(POLL);
            }
            return true;
        } catch (IOException e) {
            LOG.warn("Cannot listen on port {} (PGPORT): {}", settings.port(), e.getMessage());
            return false;
        }
    }

    private static boolean left(long start, Duration time) {
        return System.nanoTime() - start < time.toNanos();
    }

    private String answer(String name) {
        return Succession.Question.parse(name)
                .filter(question -> question.id().equals(key.id()))
                .filter(question -> control.isReplayedAt(question.replayed()))
                .filter(_ -> allowed())
                .map(_ -> key.answer())
                .orElse(otherwise);
    }

    private synchronized Stage stage() {
        return stage;
    }

    private synchronized boolean withdrawn() {
        if (stage == Stage.OPEN) {
            stage = Stage.WITHDRAWN;
        }
        return stage == Stage.WITHDRAWN;
    }

    private synchronized boolean allowed() {
        if (stage == Stage.OPEN) {
            try {
                AtomicFiles.createPrivate(step.layout().stateDirectory());
                AtomicFiles.write(step.layout().nodeState(), step.after().text());
                stage = Stage.ALLOWED;
            } catch (IOException e) {
                LOG.error(
                        "Cannot record that {} may take over: {}",
                        step.successor().address(),
                        e.toString());
            }
        }
        return stage == Stage.ALLOWED;
    }
}
