package io.pgentrypoint.execute.lock;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.VitalThread;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says beside the data, over and over, that this node lives: for those on other machines, whom no
/// lock of this kernel can stop. A beat overwrites some two hundred bytes of one block and is not
/// synced: its readers read through the same file system.
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Layout layout;
    private final Duration every;
    private final Consumer<LockOwner> taken;
    private final BooleanSupplier locked;
    private final CountDownLatch ended = new CountDownLatch(1);
    private LockOwner lockOwner;
    private boolean failing;

    /// @param taken called once, when someone else has written in our place
    /// @param locked whether the lock is ours, and the one that others find; asked at each beat
    private Heartbeat(
            Layout layout,
            LockOwner lockOwner,
            Duration every,
            Consumer<LockOwner> taken,
            BooleanSupplier locked) {
        this.layout = layout;
        this.lockOwner = lockOwner;
        this.every = every;
        this.taken = taken;
        this.locked = locked;
    }

    static Heartbeat start(
            Layout layout,
            LockOwner lockOwner,
            Duration every,
            Consumer<LockOwner> taken,
            BooleanSupplier locked,
            StopRequest stop) {
        Heartbeat heartbeat = new Heartbeat(layout, lockOwner, every, taken, locked);
        heartbeat.write();
        Thread _ = VitalThread.start("heartbeat", stop, heartbeat::beatUntilClosed);
        return heartbeat;
    }

    private void beatUntilClosed() {
        boolean goesOn = true;
        Duration wait = every;
        while (goesOn) {
            try {
                goesOn = !ended.await(wait.toMillis(), TimeUnit.MILLISECONDS) && beat();
                wait = every;
            } catch (InterruptedException e) {
                // Nobody in this program interrupts; going on is the only safe answer.
            } catch (RuntimeException | Error e) {
                // Others take the volume for free when three beats are missing.
                wait = AGAIN;
                VitalThread.goOnAfter(e);
            }
        }
    }

    private synchronized boolean beat() {
        if (ended.getCount() == 0) {
            return false;
        }
        Optional<LockOwner> other = written().filter(found -> !found.isSame(lockOwner));
        if (other.isPresent()) {
            taken.accept(other.get());
            return false;
        }
        lockOwner = lockOwner.beat();
        write();
        return true;
    }

    private Optional<LockOwner> written() {
        return LockOwnerReader.read(layout).map(LockOwnerReader.Found::lockOwner);
    }

    /// A full disk or an unreachable server must not end the node: it is the file that is late.
    private void write() {
        try {
            if (!Files.exists(layout.stateDirectory()) && !placed()) {
                return;
            }
            lockOwner = lockOwner.withLock(locked.getAsBoolean());
            overwrite(layout.lockOwner(), lockOwner.text());
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn(
                        "Cannot write {}: {}. Another machine may believe that nobody uses this volume",
                        layout.lockOwner(),
                        e.toString());
            }
            failing = true;
        }
    }

    /// Patroni clones and rewinds without regard to our files, and wants the directory empty for a
    /// new cluster: until there is one nothing is put there.
    private boolean placed() throws IOException {
        if (!Files.exists(layout.dataDirectory().resolve("global/pg_control"))) {
            return false;
        }
        AtomicFiles.createPrivate(layout.stateDirectory());
        return true;
    }

    /// In one write, and without a moment in which a file that was there is empty.
    private static void overwrite(Path file, String text) throws IOException {
        boolean made = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (made) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(bytes.position());
        } catch (IOException e) {
            if (made) {
                // For want of room: an empty one would keep the next start waiting.
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    /// Whoever comes next need not wait for a beat that never comes.
    @Override
    public synchronized void close() {
        ended.countDown();
        if (written().filter(found -> found.isSame(lockOwner)).isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(layout.lockOwner());
        } catch (IOException e) {
            LOG.debug("Cannot remove {}: {}", layout.lockOwner(), e.toString());
        }
    }
}
