package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the signals of this process, each once and in order.
///
/// The kernel drops a signal to PID 1 that nobody handles, unless the thread group's first thread
/// blocks it; and no Java code runs in that thread. So the signals must be blocked before the VM
/// starts, by `env --block-signal=…` or by [Reexec]. Then one thread fetches them with
/// sigtimedwait: nothing is lost from the first instruction on, QUIT included.
public final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private static final int ORPHAN_CHECK_MS = 1000;
    private static final int ORPHAN_RETRY_MS = 2;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile SignalListener listener;
    private volatile int code = ExitCode.BUG.code();

    private Signals(SignalListener first) {
        this.listener = first;
    }

    /// Call it first of all. May start this program over in place, once, and then not return.
    public static Signals install(SignalListener first) {
        Signals signals = new Signals(first);
        if (Posix.available()) {
            adoptOrphans();
            if (SignalMask.keepsAll()) {
                SignalMask.heedAll();
                signals.take(SignalMask.WATCHED);
                return signals;
            }
            Reexec.withSignalsBlocked();
            signals.take(EnumSet.of(Signal.CHLD));
        }
        LOG.warn(
                "signals: this platform lets a stop through, but QUIT, HUP, USR1 and USR2 do what the"
                        + " Java VM does with them{}",
                Posix.available() ? "" : ", and orphans are not reaped");
        Runtime.getRuntime().addShutdownHook(new Thread(signals::shutdown, "stop"));
        return signals;
    }

    /// For a command that only reads and prints: where the signals are blocked for us, a stop ends
    /// this program at once, as it would without us; elsewhere the VM does that already.
    public static void endOnStop() {
        if (Posix.available() && SignalMask.keepsAll()) {
            Signals signals =
                    new Signals(signal -> {
                        switch (signal) {
                            case HUP, INT, QUIT, TERM ->
                                    Runtime.getRuntime().halt(signal.exitCode());
                            case KILL, USR1, USR2, CHLD -> {}
                        }
                    });
            signals.take(SignalMask.WATCHED);
        }
    }

    /// From now on signals go here.
    public void listener(SignalListener next) {
        listener = next;
    }

    /// Ends this program. `System.exit` would wait for ever where a stop arrives as a VM shutdown.
    public void exit(int with) {
        if (ending.compareAndSet(false, true)) {
            code = with;
        }
        ended.countDown();
        System.exit(with);
    }

    private static void adoptOrphans() {
        if (Posix.getpid() == 1) {
            return;
        }
        int result = Posix.becomeSubreaper();
        if (result < 0) {
            LOG.warn("orphans go to another process: prctl: {}", Posix.reason(result));
        }
    }

    private void take(Set<Signal> signals) {
        Thread.ofPlatform().daemon().name("signals").start(() -> takeForEver(signals));
    }

    private void takeForEver(Set<Signal> signals) {
        Posix.block(signals);
        long wait = ORPHAN_CHECK_MS;
        while (true) {
            try {
                int number = Posix.nextSignal(signals, wait);
                // Also after a timeout: CHLD of two orphans may have come as one.
                wait = Orphans.reap() ? ORPHAN_CHECK_MS : ORPHAN_RETRY_MS;
                Signal.of(number)
                        .filter(signal -> signal != Signal.CHLD)
                        .ifPresent(signal -> listener.received(signal));
            } catch (RuntimeException | Error e) {
                // A supervisor without its signal thread can only be killed, and its database with
                // it.
                LOG.error("a bug: the signal thread goes on after", e);
            }
        }
    }

    private void shutdown() {
        if (!ending.get()) {
            listener.received(Signal.TERM);
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code);
    }
}
