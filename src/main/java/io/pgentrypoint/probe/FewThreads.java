package io.pgentrypoint.probe;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// A thread for each piece of work, which ends with it, and never more than so many: what is seldom
/// asked for costs nothing meanwhile.
final class FewThreads implements Executor {

    private final String name;
    private final Semaphore free;

    FewThreads(String name, int most) {
        this.name = name;
        free = new Semaphore(most);
    }

    @Override
    public void execute(Runnable work) {
        if (!free.tryAcquire()) {
            throw new RejectedExecutionException("too much is done already");
        }
        boolean started = false;
        try {
            Thread.ofPlatform().daemon().name(name).start(() -> doAndLeave(work));
            started = true;
        } finally {
            if (!started) {
                free.release();
            }
        }
    }

    private void doAndLeave(Runnable work) {
        try {
            work.run();
        } finally {
            free.release();
        }
    }
}
