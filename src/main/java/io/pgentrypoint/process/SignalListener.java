package io.pgentrypoint.process;

/// Told of each signal but CHLD, in the order of arrival, on the one thread that takes signals: it
/// must not wait for anything, or the next signal and the reaping of orphans wait with it.
@FunctionalInterface
public interface SignalListener {
    void received(Signal signal);
}
