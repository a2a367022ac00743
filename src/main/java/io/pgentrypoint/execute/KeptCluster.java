package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.datadir.UpgradedReader;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster that an upgrade has moved aside.
public final class KeptCluster {

    private static final Logger LOG = LoggerFactory.getLogger(KeptCluster.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private KeptCluster() {}

    /// Returns when it is gone, or was taken back into its place.
    ///
    /// @param wanted false once another step has taken the place of this one
    public static void removeOnceOld(
            Live.RemoveOldCluster step, BooleanSupplier wanted, StopRequest stop) {
        try {
            Optional<Upgraded> done = note(step);
            while (wanted.getAsBoolean() && done.isPresent()) {
                Duration left = done.get().statistics() ? LONGEST_PAUSE : left(step);
                if (!left.isPositive()) {
                    remove(step.layout(), done.get().to());
                    return;
                }
                stop.pause(shorter(left));
                done = note(step);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Upgraded> note(Live.RemoveOldCluster step) {
        return UpgradedReader.read(step.layout(), step.done().to());
    }

    /// The note was written last when everything of the upgrade was done.
    private static Duration left(Live.RemoveOldCluster step) throws IOException {
        Instant done = Files.getLastModifiedTime(step.layout().upgraded()).toInstant();
        return Duration.between(Instant.now(), done.plus(step.keep()));
    }

    private static Duration shorter(Duration left) {
        if (left.compareTo(LONGEST_PAUSE) > 0) {
            return LONGEST_PAUSE;
        }
        return left.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : left;
    }

    /// Half of a cluster must never lie where one that is whole is looked for. The note goes last:
    /// as long as it is there, a start that follows a kill does this again. It stays for what else
    /// of the upgrade is to be done.
    ///
    /// @param major of the cluster that has taken its place
    static synchronized void remove(Layout layout, int major) throws IOException {
        Optional<Upgraded> noted = UpgradedReader.read(layout, major);
        if (noted.isEmpty()) {
            return;
        }
        Path old = layout.stateDirectory().resolve(noted.get().aside());
        FileTree.delete(layout.goingOldCluster());
        if (Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(old, layout.goingOldCluster());
            AtomicFiles.sync(layout.stateDirectory());
            FileTree.delete(layout.goingOldCluster());
        }
        if (!noted.get().statistics()) {
            AtomicFiles.deleteIfExists(layout.upgraded());
        }
        LOG.info(
                "Deleted {}, the cluster of PostgreSQL {} from before the upgrade",
                old,
                noted.get().from());
    }
}
