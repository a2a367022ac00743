package io.pgentrypoint.probe;

import io.pgentrypoint.process.VitalThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Does one piece of work after the other. The thread is made once: who asks at a time at which no
/// thread can be had gets an answer all the same.
final class Worker implements Executor {

    private final BlockingQueue<Runnable> waiting;

    Worker(String name, int mostWaiting) {
        waiting = new ArrayBlockingQueue<>(mostWaiting);
        Thread.ofPlatform().daemon().name(name).start(this::workForEver);
    }

    @Override
    public void execute(Runnable work) {
        if (!waiting.offer(work)) {
            throw new RejectedExecutionException("too much waits already");
        }
    }

    private void workForEver() {
        while (true) {
            try {
                waiting.take().run();
            } catch (InterruptedException e) {
                // Nobody in this program interrupts; going on is the only safe answer.
            } catch (RuntimeException | Error e) {
                VitalThread.goOnAfter(e);
            }
        }
    }
}
