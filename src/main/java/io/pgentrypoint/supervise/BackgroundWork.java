package io.pgentrypoint.supervise;

import io.pgentrypoint.process.VitalThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Work beside the supervising thread, one piece after the other. The thread is made before there
/// is work for it: at a stop none may be left to be had.
final class BackgroundWork implements AutoCloseable {

    private final BlockingQueue<Runnable> next = new ArrayBlockingQueue<>(1);
    private volatile boolean closed;

    BackgroundWork(String name) {
        Thread.ofPlatform().daemon().name(name).start(this::workUntilClosed);
    }

    /// Work that is given while another piece waits already is left out.
    void run(Runnable work) {
        boolean _ = next.offer(work);
    }

    private void workUntilClosed() {
        while (!closed) {
            try {
                Runnable work = next.take();
                if (!closed) {
                    work.run();
                }
            } catch (InterruptedException e) {
                // Nobody in this program interrupts; going on is the only safe answer.
            } catch (RuntimeException | Error e) {
                VitalThread.goOnAfter(e);
            }
        }
    }

    /// What runs is not waited for.
    @Override
    public void close() {
        closed = true;
        run(() -> {});
    }
}
