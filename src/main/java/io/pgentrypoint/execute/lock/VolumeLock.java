package io.pgentrypoint.execute.lock;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.PostmasterPidReader;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.process.Flock;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One volume, one server. A lock keeps others of this machine out, a heartbeat those of other
/// machines, and a server that outlived its PID 1 keeps every other start out. Taken before
/// anything else is looked at, and held to the end of this process.
public final class VolumeLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeLock.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /// So often in a row nobody replaces it: that file system tells no file from another.
    private static final int REPLACED = 5;

    private final Settings settings;
    private final Layout layout;
    private final StopRequest stop;
    private final Progress progress;
    private final HeartbeatWatch watch;
    private @Nullable Flock lock;
    private @Nullable Heartbeat heartbeat;
    private String impossible = "";
    private boolean taken;

    public VolumeLock(Settings settings, StopRequest stop, Progress progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
        layout = new Layout(settings.dataDirectory());
        watch = new HeartbeatWatch(layout);
    }

    /// Waits for a lock owner that is about to leave, then refuses with its name. A second call
    /// does nothing.
    public void take() {
        if (taken) {
            return;
        }
        lock = open();
        boolean waited = awaitEnd(this::user);
        ours(waited);
    }

    /// As root, before the directory is given to another user: a server of somebody else's that
    /// runs on it is waited for, and none can start until this is closed. What root holds is no
    /// child's, and names nobody: [#take] comes afterwards, as the server's user.
    public Closeable hold(OpenFile directory) {
        RootHold hold = RootHold.of(directory, layout);
        try {
            boolean _ = awaitEnd(hold::user);
            return hold;
        } catch (RuntimeException | Error e) {
            hold.close();
            throw e;
        }
    }

    /// @param asked who uses the volume, as half a sentence; empty when nobody does
    /// @return whether somebody did
    private boolean awaitEnd(Supplier<Optional<String>> asked) {
        long start = System.nanoTime();
        String said = "";
        Optional<String> user = asked.get();
        while (user.isPresent()) {
            Duration left = settings.volume().timeout().minusNanos(System.nanoTime() - start);
            if (!left.isPositive()) {
                throw refusal(user.get());
            }
            if (!user.get().equals(said)) {
                said = user.get();
                progress.detail(said);
                LOG.warn(
                        "Waiting for the volume, at most {} s (VOLUME_WAIT): {} is {}",
                        left.toSeconds() + 1,
                        settings.dataDirectory(),
                        said);
            }
            stop.pause(POLL.compareTo(left) < 0 ? POLL : left);
            user = asked.get();
        }
        progress.detail("");
        return !said.isEmpty();
    }

    /// Whether a living process of this very container has it: that one answers for the node.
    public boolean isNeighbours() {
        return !taken && neighbour().isPresent();
    }

    private void ours(boolean afterWait) {
        taken = true;
        if (!impossible.isEmpty()) {
            LOG.warn(
                    """
                    Cannot lock {}: {}. Only a heartbeat keeps a second server away from \
                    this volume\
                    """,
                    layout.lock(),
                    impossible);
        } else if (lock != null) {
            lock.shareWithChildren();
        }
        if (afterWait) {
            LOG.info("The volume {} is free now", settings.dataDirectory());
        }
        heartbeat =
                Heartbeat.start(
                        layout,
                        LockOwnerReader.ourselves(impossible.isEmpty()),
                        HeartbeatWatch.BEAT,
                        this::lost,
                        this::locked,
                        stop);
    }

    /// Patroni removes our directory when it clones, and a lock on a removed file keeps nobody out:
    /// whoever comes makes a new file. So do we. Patroni, which was started with the old one, does
    /// not hold the new one, and ends with us.
    private boolean locked() {
        if (lock == null || !impossible.isEmpty()) {
            return false;
        }
        if (lock.isOf(layout.lock())) {
            return true;
        }
        Flock again = open();
        if (again == null || !(again.attempt() instanceof Flock.Attempt.Taken)) {
            if (again != null) {
                again.close();
            }
            return false;
        }
        lock.close();
        lock = again;
        again.shareWithChildren();
        return true;
    }

    /// PostgreSQL ends itself in the same way when it finds another's postmaster.pid in place of
    /// its own, but it looks at the process id only, and that may be the same in two containers.
    private void lost(LockOwner other) {
        LOG.error(
                """
                Stopping at once: {} has been taken over by {}, while this node wrote no \
                heartbeat for a while. Two servers would destroy it\
                """,
                settings.dataDirectory(),
                other.describe());
        stop.request(Signal.QUIT);
    }

    private @Nullable Flock open() {
        requireOurs();
        try {
            // An existing one keeps its mode: 0750 is the user's choice.
            if (!Files.exists(layout.dataDirectory())) {
                AtomicFiles.createPrivate(layout.dataDirectory());
            }
            if (!Files.exists(layout.stateDirectory())) {
                AtomicFiles.createPrivate(layout.stateDirectory());
            }
            Files.createFile(
                    layout.lock(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // As usual.
        } catch (IOException e) {
            impossible = e.toString();
            return null;
        }
        Optional<Flock> opened = Flock.open(layout.lock());
        if (opened.isEmpty()) {
            impossible =
                    Flock.available()
                            ? "this user cannot open it"
                            : "no native calls on this platform";
        }
        return opened.orElse(null);
    }

    /// A link there was made by somebody else, and leads to what is not ours to lock or to write.
    private void requireOurs() {
        requireKind(layout.stateDirectory(), BasicFileAttributes::isDirectory, "a directory");
        requireKind(layout.lock(), BasicFileAttributes::isRegularFile, "a regular file");
        requireKind(layout.lockOwner(), BasicFileAttributes::isRegularFile, "a regular file");
    }

    private void requireKind(Path file, Predicate<BasicFileAttributes> wanted, String kind) {
        try {
            BasicFileAttributes seen =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!wanted.test(seen)) {
                throw TakeOverRefusals.unlockable(
                        layout.dataDirectory(),
                        "%s is not %s, as this program makes it".formatted(file, kind));
            }
        } catch (IOException e) {
            // It is not there; what cannot be looked at is said by the next one that tries.
            LOG.debug("Cannot look at {}: {}", file, e.toString());
        }
    }

    /// Who uses the volume, as half a sentence; empty when nobody does.
    private Optional<String> user() {
        if (isHeld()) {
            return Optional.of(orphan().orElseGet(this::lockOwner));
        }
        return watch.beating(impossible.isEmpty()).or(this::orphan);
    }

    /// The lock that is ours in the end is the one that others find: while we waited for it, the
    /// lock owner's Patroni may have removed the file, and the owner may have made and locked
    /// another.
    private boolean isHeld() {
        for (int round = 0; lock != null && impossible.isEmpty(); round++) {
            boolean last = round == REPLACED;
            switch (lock.attempt()) {
                case Flock.Attempt.Taken() when lock.isOf(layout.lock()) -> {
                    return false;
                }
                case Flock.Attempt.Taken() when last ->
                        impossible = "there is another file in its place each time it is opened";
                case Flock.Attempt.Taken() -> {
                    lock.close();
                    lock = open();
                }
                case Flock.Attempt.Held() -> {
                    return true;
                }
                case Flock.Attempt.Impossible(String why) -> impossible = why;
            }
        }
        return false;
    }

    private String lockOwner() {
        return LockOwnerReader.read(layout)
                .map(found ->
                        "in use by %s, which holds its lock"
                                .formatted(found.lockOwner().describe()))
                .orElse("in use by someone who holds its lock and left no name");
    }

    /// A server in this directory that we can see, and whose PID 1 does not live.
    private Optional<String> orphan() {
        return neighbour().isEmpty()
                        && PostmasterPidReader.read(settings.dataDirectory())
                                instanceof PostmasterPid.Live(long pid)
                ? Optional.of(
                        "in use by process %s, a server whose entrypoint is gone or never was"
                                .formatted(pid))
                : Optional.empty();
    }

    private Optional<LockOwner> neighbour() {
        return LockOwnerReader.read(layout)
                .map(LockOwnerReader.Found::lockOwner)
                .filter(found -> found.isNeighbourOf(LockOwnerReader.ourselves(true)))
                .filter(found -> found.pid() != ProcessHandle.current().pid())
                .filter(found -> Files.exists(Path.of("/proc/" + found.pid())));
    }

    private Refusal refusal(String user) {
        return Refusals.inUse(settings.dataDirectory(), user, settings.volume().timeout());
    }

    /// Before this process ends, which is what gives the lock back.
    @Override
    public void close() {
        if (heartbeat != null) {
            heartbeat.close();
        }
        if (lock != null) {
            lock.close();
        }
    }
}
