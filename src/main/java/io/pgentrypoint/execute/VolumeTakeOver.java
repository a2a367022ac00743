package io.pgentrypoint.execute;

import io.pgentrypoint.execute.lock.VolumeLock;
import io.pgentrypoint.execute.root.HandOver;
import io.pgentrypoint.execute.root.Ownership;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.StopRequest;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does the steps by which this process becomes the server's user and the volume its own. It
/// decides nothing.
public final class VolumeTakeOver {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeTakeOver.class);

    private final VolumeLock lock;
    private final StopRequest stop;

    public VolumeTakeOver(VolumeLock lock, StopRequest stop) {
        this.lock = lock;
        this.stop = stop;
    }

    public void execute(List<PlannedTakeOver> steps) {
        try (HandOver handOver = new HandOver()) {
            steps.stream().map(PlannedTakeOver::step).forEach(step -> execute(step, handOver));
        } catch (IOException e) {
            LOG.debug("Cannot close what root has opened: {}", e.toString());
        }
        Identity.hideFromEqualUsers();
    }

    private void execute(TakeOver asked, HandOver handOver) {
        stop.throwIfRequested();
        LOG.debug("Now: {}", asked.sentence());
        switch (asked) {
            case TakeOver.HoldVolume hold -> handOver.hold(hold, lock::hold);
            case TakeOver.MakeForServerUser make -> handOver.make(make);
            case TakeOver.GiveToServerUser give -> handOver.give(give);
            case TakeOver.GiveRootsFiles give -> handOver.give(give);
            case TakeOver.StepDown(ServerUser user) -> stepDownTo(user);
            case TakeOver.CloseToOthers(var directory, _) -> Ownership.narrow(directory);
            case TakeOver.TakeVolume _ -> lock.take();
        }
    }

    private static void stepDownTo(ServerUser user) {
        Identity.stepDownTo(user.name(), user.uid(), user.gid());
        LOG.debug("Running as {}", user);
    }
}
