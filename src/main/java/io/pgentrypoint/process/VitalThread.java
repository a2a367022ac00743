package io.pgentrypoint.process;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/// A thread that the node lives by. It is made before it is needed, and the lack of heap or threads
/// that another one causes does not end it. Where one ends all the same, the node is stopped: PID 1
/// never lives on without ears.
public final class VitalThread {

    private static final long PAUSE_NANOS = 10_000_000;

    private VitalThread() {}

    /// @param stop is told when the work ends by a Throwable
    public static Thread start(String name, StopRequest stop, Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        stop.fail(name);
                        say("a bug: a thread that the node lives by has ended after", e);
                    }
                });
    }

    /// For the catch of a loop that has to go on. Throws nothing: an OutOfMemoryError that cannot
    /// be logged for want of memory must not end the loop that caught it.
    public static void goOnAfter(Throwable e) {
        say("a bug: going on after", e);
        // Others get the time to give their memory back.
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /// Logs it where there is memory to log it.
    public static void say(String what, Throwable e) {
        try {
            LoggerFactory.getLogger(VitalThread.class).error(what, e);
        } catch (RuntimeException | Error _) {
            // There is not.
        }
    }
}
