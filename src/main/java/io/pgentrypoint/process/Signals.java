package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    private static final int ORPHAN_CHECK_MS = 1000;
    private static final int ORPHAN_RETRY_MS = 2;

    private static final Signal[] KNOWN = Signal.values();

    private final StopRequest stop;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile Listener listener;
    private volatile int code = ExitCode.BUG.code();

    private Signals(Listener first, StopRequest stop) {
        this.listener = first;
        this.stop = stop;
    }

    /// Call it first of all. May start this program over in place, once, and then not return.
    ///
    /// @param stop is told when signals can no longer be taken
    public static Signals install(Listener first, StopRequest stop) {
        Signals signals = new Signals(first, stop);
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
        log().warn(
                        """
                        signals: this platform lets a stop through, but QUIT, HUP, USR1 and USR2 do what \
                        the Java VM does with them{}\
                        """,
                        Posix.available() ? "" : ", and orphans are not reaped");
        Runtime.getRuntime().addShutdownHook(new Thread(signals::shutdown, "stop"));
        return signals;
    }

    /// For a command that only reads and prints: where the signals are blocked for us, a stop ends
    /// this program at once, as it would without us; elsewhere the VM does that already. The
    /// command does not wait for it.
    public static void endOnStop() {
        ThisProcess.aside(Signals::takeEnds);
    }

    private static void takeEnds() {
        if (Posix.available() && SignalMask.keepsAll()) {
            Signals signals =
                    new Signals(
                            signal -> {
                                switch (signal) {
                                    case HUP, INT, QUIT, TERM -> ThisProcess.end(signal.exitCode());
                                    case KILL, USR1, USR2, CHLD -> {}
                                }
                            },
                            new StopRequest());
            signals.take(SignalMask.WATCHED);
        }
    }

    /// From now on signals go here.
    public void listener(Listener next) {
        listener = next;
    }

    /// Ends this program, also where a stop has arrived as a VM shutdown.
    public void exit(int with) {
        if (ending.compareAndSet(false, true)) {
            code = with;
        }
        ended.countDown();
        ThisProcess.end(with);
    }

    private static void adoptOrphans() {
        if (Posix.getpid() == 1) {
            return;
        }
        int result = Posix.becomeSubreaper();
        if (result < 0) {
            log().warn("orphans go to another process: prctl: {}", Posix.reason(result));
        }
    }

    /// Made where it is needed: a command that logs nothing sets up no log.
    private static Logger log() {
        return LoggerFactory.getLogger(Signals.class);
    }

    private void take(Set<Signal> signals) {
        Queue queue = new Queue(signals);
        // Loads what the loop needs, while there is heap for it.
        hand(queue.next(0));
        boolean _ = Orphans.reap();
        VitalThread.start(
                "signals",
                stop,
                () -> {
                    Posix.block(signals);
                    takeForEver(queue);
                });
    }

    private void takeForEver(Queue queue) {
        long wait = ORPHAN_CHECK_MS;
        while (true) {
            try {
                hand(queue.next(wait));
                // Also after a timeout: CHLD of two orphans may have come as one.
                wait = Orphans.reap() ? ORPHAN_CHECK_MS : ORPHAN_RETRY_MS;
            } catch (RuntimeException | Error e) {
                VitalThread.goOnAfter(e);
            }
        }
    }

    private void hand(int number) {
        for (Signal signal : KNOWN) {
            if (signal.number() == number && signal != Signal.CHLD) {
                listener.received(signal);
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
        ThisProcess.end(code);
    }

    /// Signals that wait for us in the kernel. All memory for the call is taken once and
    /// beforehand: a stop has to arrive also when there is no heap left.
    private static final class Queue {

        private static final long NANOS_IN_MILLI = 1_000_000;

        private final MemorySegment call;
        private final MemorySegment state;
        private final MemorySegment timeout;
        private final long timeoutAddress;
        private final long set;

        Queue(Set<Signal> signals) {
            Arena arena = Arena.global();
            call = Posix.address("sigtimedwait");
            state = Posix.callState(arena);
            timeout = arena.allocate(16, 8);
            timeoutAddress = timeout.address();
            set = Posix.sigset(arena, signals).address();
        }

        /// The number of the next signal of the set, taken out of the queue; 0 when none came in
        /// time.
        int next(long milliseconds) {
            timeout.set(ValueLayout.JAVA_LONG, 0, milliseconds / 1000);
            timeout.set(ValueLayout.JAVA_LONG, 8, milliseconds % 1000 * NANOS_IN_MILLI);
            return Math.max(0, (int) Posix.invoke(call, state, set, 0, timeoutAddress, 0));
        }
    }

    /// Told of each signal but CHLD, in the order of arrival, on the one thread that takes signals:
    /// it must not wait for anything, or the next signal and the reaping of orphans wait with it.
    @FunctionalInterface
    public interface Listener {
        void received(Signal signal);
    }
}
