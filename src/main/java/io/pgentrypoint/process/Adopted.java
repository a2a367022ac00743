package io.pgentrypoint.process;

/// A process that its parent left to us. Nobody but [Orphans] hears of its end.
public record Adopted(long pid) {

    public boolean alive() {
        return Relatives.alive(pid);
    }

    /// Between the look and the call the pid cannot become a stranger's: it stays with the zombie
    /// until we reap it, and a new process would need all other pids first.
    public void signal(Signal signal) {
        if (alive() && Posix.available()) {
            int _ = Posix.kill(pid, signal.number());
        }
    }
}
