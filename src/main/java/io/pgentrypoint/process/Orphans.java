package io.pgentrypoint.process;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Reaps the zombies that PID 1 adopts, and only those.
///
/// `waitpid(-1)` would also take the exit codes of our own children, for each of which the JDK has
/// a thread in `waitpid(pid)`. So this peeks at who has ended (`WNOWAIT`), leaves a child of ours
/// to the JDK and reaps anyone else. The state is static because the kernel keeps one list of
/// children for a whole process.
final class Orphans {

    private static final ReentrantLock STARTING = new ReentrantLock();
    private static final Map<Long, Process> OURS = new ConcurrentHashMap<>();

    private Orphans() {}

    /// Starts a child that [#reap()] will not touch. One lock over start and registration: a child
    /// may end before its pid is known here.
    static Process start(ProcessBuilder builder) throws IOException {
        STARTING.lock();
        try {
            Process process = builder.start();
            OURS.put(process.pid(), process);
            // With the value, not the key alone: the pid may belong to a younger child by then.
            CompletableFuture<Void> _ =
                    process.onExit().thenRun(() -> OURS.remove(process.pid(), process));
            return process;
        } finally {
            STARTING.unlock();
        }
    }

    /// Reaps what can be reaped now, without waiting. False when it could not look behind a child
    /// of ours that the JDK has not collected yet, or while one is being started: call again
    /// shortly.
    static boolean reap() {
        if (!Posix.available()) {
            return true;
        }
        if (!STARTING.tryLock()) {
            return false;
        }
        try {
            while (true) {
                int ended = Posix.peekEnded();
                if (ended == 0) {
                    return true;
                }
                if (OURS.containsKey((long) ended)) {
                    return false;
                }
                Posix.reap(ended);
            }
        } finally {
            STARTING.unlock();
        }
    }
}
