package io.pgentrypoint.execute.lock;

import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.PostmasterPidReader;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.Flock;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lock of a volume in root's hands, for the time in which root gives the volume away. Another
/// user could write there until then, so everything is opened without following a link, and a lock
/// or a heartbeat that is no regular file, or has a second name, is refused. Nothing is written but
/// an empty lock file that was not there.
final class RootHold implements Closeable {

    private static final int REPLACED = 5;
    private static final byte[] STATE = OpenFile.bytes(Layout.STATE_DIRECTORY);
    private static final byte[] PID_FILE = OpenFile.bytes("postmaster.pid");
    private static final byte[] CLOCK = OpenFile.bytes("clock");

    private final OpenFile directory;
    private final OpenFile state;
    private final Layout layout;
    private final byte[] lockName;
    private final byte[] lockOwnerName;
    private final HeartbeatWatch watch;
    private @Nullable OpenFile lock;
    private boolean impossible;

    private RootHold(OpenFile directory, OpenFile state, Layout layout) {
        this.directory = directory;
        this.state = state;
        this.layout = layout;
        lockName = OpenFile.bytes(String.valueOf(layout.lock().getFileName()));
        lockOwnerName = OpenFile.bytes(String.valueOf(layout.lockOwner().getFileName()));
        watch = new HeartbeatWatch(layout, HeartbeatWatch.BEAT, this::sign, this::now);
    }

    static RootHold of(OpenFile directory, Layout layout) {
        try {
            directory.makeDirectory(STATE, 0700);
            OpenFile state = directory.entry(STATE);
            if (!state.status().isDirectory()) {
                state.close();
                throw TakeOverRefusals.unlockable(
                        layout.dataDirectory(), state + " is no directory");
            }
            return new RootHold(directory, state, layout);
        } catch (IOException e) {
            throw failed(layout, e);
        }
    }

    /// Who uses the volume, as half a sentence; empty when nobody does and the lock is ours.
    Optional<String> user() {
        try {
            if (isHeld()) {
                return Optional.of(lockOwner());
            }
            return watch.beating(!impossible).or(this::orphan);
        } catch (IOException e) {
            throw failed(layout, e);
        }
    }

    /// The lock that is ours in the end is the one that others find.
    private boolean isHeld() throws IOException {
        for (int round = 0; round < REPLACED && lock == null && !impossible; round++) {
            state.makeFile(lockName);
            OpenFile opened = state.regular(lockName);
            FileStatus status = opened.status();
            switch (opened.lock()) {
                case Flock.Attempt.Taken() when state.status(lockName).isSame(status) ->
                        lock = opened;
                case Flock.Attempt.Taken() -> opened.close();
                case Flock.Attempt.Held() -> {
                    opened.close();
                    return true;
                }
                case Flock.Attempt.Impossible(_) -> {
                    opened.close();
                    impossible = true;
                }
            }
        }
        return false;
    }

    private LockOwnerReader.Sign sign() {
        try (OpenFile file = state.regular(lockOwnerName)) {
            return LockOwnerReader.judge(
                    file.read(LockOwnerReader.LONGEST), file.status().modified());
        } catch (NoSuchFileException e) {
            return new LockOwnerReader.Sign.None();
        } catch (IOException e) {
            throw failed(layout, e);
        }
    }

    private Instant now() {
        try {
            return state.now(CLOCK);
        } catch (IOException e) {
            return Instant.now();
        }
    }

    private Optional<LockOwner> found() {
        return sign()
                        instanceof
                        LockOwnerReader.Sign.Left(LockOwnerReader.Found(LockOwner lockOwner, _))
                ? Optional.of(lockOwner)
                : Optional.empty();
    }

    private String lockOwner() {
        return found().map(lockOwner ->
                        "in use by %s, which holds its lock".formatted(lockOwner.describe()))
                .orElse("in use by someone who holds its lock and left no name");
    }

    /// A server in this directory that we can see, and whose PID 1 does not live.
    private Optional<String> orphan() {
        boolean neighbour =
                found().filter(lockOwner ->
                                lockOwner.isNeighbourOf(LockOwnerReader.ourselves(true)))
                        .filter(lockOwner -> Files.exists(Path.of("/proc/" + lockOwner.pid())))
                        .isPresent();
        Optional<String> text = Optional.empty();
        try (OpenFile file = directory.regular(PID_FILE)) {
            text =
                    Optional.of(
                            new String(
                                    file.read(LockOwnerReader.LONGEST),
                                    StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // None, or none that a server has made.
        }
        return !neighbour
                        && PostmasterPidReader.judge(layout.dataDirectory(), text)
                                instanceof PostmasterPid.Live(long pid)
                ? Optional.of(
                        "in use by process %d, a server whose entrypoint is gone or never was"
                                .formatted(pid))
                : Optional.empty();
    }

    private static Refusal failed(Layout layout, IOException e) {
        return e instanceof OpenFile.WrongKind wrong
                ? TakeOverRefusals.unlockable(
                        layout.dataDirectory(),
                        "%s: %s".formatted(wrong.getFile(), wrong.getReason()))
                : Refusals.notWritable(layout.dataDirectory(), e);
    }

    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
        state.close();
    }
}
