package io.pgentrypoint.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether someone asked this container to stop, and how urgently. It only ever rises: a second
/// TERM or INT is more forceful than the first, a third one as forceful as QUIT, and nothing takes
/// it back.
public final class StopRequest {

    public static final int NONE = 0;
    public static final int ASKED = 1;
    public static final int ASKED_AGAIN = 2;
    public static final int IMMEDIATE = 3;

    /// Made beforehand, as everything that a request needs.
    private static final Consumer<Runnable> TELL = StopRequest::tell;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rose = lock.newCondition();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private int strength = NONE;
    private @Nullable Signal signal;
    private volatile @Nullable String failure;

    /// Takes TERM, INT and QUIT. A request that is no stronger than the one before changes nothing.
    public void request(Signal by) {
        raise(by, 0);
    }

    /// This program cannot go on: a thread that it lives by has ended. Nobody is waited for, so the
    /// stop is as one that was asked for twice.
    public void fail(String thread) {
        failure = thread;
        raise(Signal.TERM, ASKED_AGAIN);
    }

    /// The thread that has ended.
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private void raise(Signal by, int least) {
        lock.lock();
        try {
            int risen = Math.max(strength, Math.max(least, strengthAfter(by)));
            if (risen == strength) {
                return;
            }
            strength = risen;
            signal = by;
            rose.signalAll();
        } finally {
            lock.unlock();
        }
        // Outside the lock: a listener may ask for the strength, or be slow.
        listeners.forEach(TELL);
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException | Error e) {
            // The others are to hear of the stop all the same.
            VitalThread.say("a bug: one was not told of the stop", e);
        }
    }

    // No switch: it would load a class of its own at the first stop, when there may be no heap.
    private int strengthAfter(Signal by) {
        if (by == Signal.QUIT) {
            return IMMEDIATE;
        }
        if (by == Signal.TERM || by == Signal.INT) {
            return Math.min(strength + 1, IMMEDIATE);
        }
        throw new IllegalArgumentException(by + " does not ask for a stop");
    }

    /// The signal that brought the strength to where it is.
    public Optional<Signal> requested() {
        lock.lock();
        try {
            return Optional.ofNullable(signal);
        } finally {
            lock.unlock();
        }
    }

    /// [#NONE], [#ASKED], [#ASKED_AGAIN] or [#IMMEDIATE].
    public int strength() {
        lock.lock();
        try {
            return strength;
        } finally {
            lock.unlock();
        }
    }

    public void throwIfRequested() {
        requested()
                .ifPresent(by -> {
                    throw new Stopped(by);
                });
    }

    /// Waits that long, or throws [Stopped] as soon as a stop is requested.
    public void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (signal == null && left > 0) {
                left = rose.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody in this program interrupts; a library that does must not turn into a busy
            // loop.
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        } finally {
            lock.unlock();
        }
        throwIfRequested();
    }

    /// Does what cannot be told to stop, such as a login to a server that does not answer, and
    /// waits for it. Throws [Stopped] as soon as a stop is requested: the work is left to itself
    /// then, on a thread that keeps nobody from ending.
    public <T> T orStop(Supplier<T> work) {
        throwIfRequested();
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable onStop =
                () -> requested().ifPresent(by -> result.completeExceptionally(new Stopped(by)));
        onRequest(onStop);
        Thread.ofPlatform()
                .daemon()
                .name("until a stop")
                .start(() -> {
                    try {
                        result.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                });
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            forget(onStop);
        }
    }

    /// Runs it each time the strength rises, and at once when a stop was requested before. It runs
    /// on the thread that took the signal and must not wait.
    public void onRequest(Runnable listener) {
        boolean already;
        lock.lock();
        try {
            listeners.add(listener);
            already = signal != null;
        } finally {
            lock.unlock();
        }
        if (already) {
            listener.run();
        }
    }

    public void forget(Runnable listener) {
        listeners.remove(listener);
    }
}
