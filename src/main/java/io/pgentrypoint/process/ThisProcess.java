package io.pgentrypoint.process;

import java.time.Instant;

/// The beginning and the end of this program.
public final class ThisProcess {

    private ThisProcess() {}

    /// Links the native calls, which takes as long as it takes to set up the log, beside the
    /// caller. The first of them waits for it, or does it itself.
    public static void linkNativeCallsAside() {
        aside(Posix::available);
    }

    /// Where there can be no further thread, the caller's does it.
    static void aside(Runnable work) {
        try {
            Thread _ = Thread.ofPlatform().daemon().name("aside").start(work);
        } catch (OutOfMemoryError e) {
            work.run();
        }
    }

    /// Ends it at once. `System.exit` and `Runtime.halt` wait 300 ms for each thread that is in a
    /// native call to leave it, and the one that waits for signals never does.
    ///
    /// Hooks do not run. Where there are no native calls this is `Runtime.halt`, which a stop that
    /// arrives as a VM shutdown cannot hold up either.
    public static void end(int code) {
        try {
            System.out.flush();
            System.err.flush();
            if (Posix.available()) {
                Posix.exit(code);
            }
        } catch (RuntimeException | Error e) {
            // Without a message: there may be no heap for one.
        }
        Runtime.getRuntime().halt(code);
    }

    /// Becoming another program, as root does that steps down, keeps it.
    public static Instant started() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    /// How many run at once, by the limit of this container.
    public static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
