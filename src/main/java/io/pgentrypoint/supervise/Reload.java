package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Signal;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HUP: our files are brought up to date, then the server reads its own again. On a thread of its
/// own, since a primary that does not answer must not keep a stop waiting; one at a time, and two
/// that ask during one make one more.
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final long POLL_MILLIS = 50;

    private final Duties duties;
    private final Supplier<Optional<PostmasterFile>> file;
    private final Child server;
    private final BlockingQueue<Boolean> asked = new ArrayBlockingQueue<>(1);
    private boolean started;

    Reload(Duties duties, Supplier<Optional<PostmasterFile>> file, Child server) {
        this.duties = duties;
        this.file = file;
        this.server = server;
    }

    void ask() {
        boolean _ = asked.offer(true);
        if (!started) {
            started = true;
            Thread.ofPlatform().daemon().name("reload").start(this::reloadForEver);
        }
    }

    private void reloadForEver() {
        try {
            while (server.alive()) {
                boolean _ = asked.take();
                reload();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A server that is just starting may have read its files already, and may have no handler for
    /// HUP yet: it has one when it has written its pid down.
    private void reload() throws InterruptedException {
        duties.beforeReload();
        Optional<PostmasterFile> up = file.get();
        while (up.isEmpty()) {
            if (!server.alive()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            up = file.get();
        }
        LOG.info("Reloading the server");
        server.signal(Signal.HUP);
        if (up.get().ready()) {
            duties.afterReload(up.get().server());
        }
    }
}
