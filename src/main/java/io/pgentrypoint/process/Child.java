package io.pgentrypoint.process;

import java.util.concurrent.CompletableFuture;

/// A program that runs beside us until it ends.
public final class Child {

    private final Process process;
    private final CompletableFuture<Integer> exit;

    /// @param lastOutput waits, for a short time, until what it said has been handed on
    Child(Process process, Runnable lastOutput) {
        this.process = process;
        this.exit =
                process.onExit()
                        .thenApply(ended -> {
                            try {
                                lastOutput.run();
                            } catch (RuntimeException | Error e) {
                                VitalThread.say("a bug: the last lines may be missing", e);
                            }
                            return ended.exitValue();
                        });
    }

    public long pid() {
        return process.pid();
    }

    /// Its exit code, 128+n when signal n ended it; known once its last lines are out.
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    /// The same, once it has ended.
    public int code() {
        return process.exitValue();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /// Does nothing once it has ended: the pid may belong to a stranger then.
    public void signal(Signal signal) {
        if (!alive()) {
            return;
        }
        if (Posix.available()) {
            int _ = Posix.kill(pid(), signal.number());
            return;
        }
        switch (signal) {
            case TERM -> process.destroy();
            case KILL -> process.destroyForcibly();
            case HUP, INT, QUIT, USR1, USR2, CHLD -> Programs.kill(pid(), signal);
        }
    }
}
