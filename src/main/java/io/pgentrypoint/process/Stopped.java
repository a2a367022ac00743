package io.pgentrypoint.process;

/// Thrown out of whatever was under way when the container was asked to stop.
public final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Signal signal;

    public Stopped(Signal signal) {
        super("stopped by " + signal);
        this.signal = signal;
    }

    public Signal signal() {
        return signal;
    }

    public int exitCode() {
        return signal.exitCode();
    }
}
