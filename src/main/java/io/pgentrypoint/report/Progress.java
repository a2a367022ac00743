package io.pgentrypoint.report;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// What this process is doing, since when, and how far it is. Whoever does the work writes it; the
/// probes and `status` read it.
public final class Progress {

    private final LongSupplier nanos;
    private final Map<Phase, Long> spent = new EnumMap<>(Phase.class);
    private Phase phase = Phase.STARTING;
    private String detail = "";
    private long entered;
    private long moved;
    private long done;
    private long total;
    private boolean ran;

    /// One moment of it.
    ///
    /// @param detail more than the phase says: what is waited for; empty when there is nothing more
    /// @param ran whether the server has been ready in this life
    /// @param inPhase how long the present phase lasts
    /// @param sinceMoved how long nothing has been reported that brings the end nearer
    /// @param done bytes of the clone; both are 0 when this life has cloned nothing
    /// @param spent time in each phase that there was, the present one included
    public record Moment(
            Phase phase,
            String detail,
            boolean ran,
            Duration inPhase,
            Duration sinceMoved,
            long done,
            long total,
            Map<Phase, Duration> spent) {
        public Moment {
            spent = Collections.unmodifiableMap(new EnumMap<>(spent));
        }
    }

    public Progress() {
        this(System::nanoTime);
    }

    public Progress(LongSupplier nanos) {
        this.nanos = nanos;
        entered = nanos.getAsLong();
        moved = entered;
    }

    public synchronized void enter(Phase next) {
        if (next == phase) {
            return;
        }
        long now = nanos.getAsLong();
        spent.merge(phase, now - entered, Long::sum);
        entered = now;
        moved = now;
        phase = next;
        detail = "";
        ran |= next == Phase.RUNNING;
    }

    /// For a thread that may come too late: a stop must not be undone.
    public synchronized void enter(Phase next, Phase onlyFrom) {
        if (phase == onlyFrom) {
            enter(next);
        }
    }

    public synchronized Phase phase() {
        return phase;
    }

    /// Saying the same again, or something else, is no progress.
    public synchronized void detail(String said) {
        detail = said;
    }

    /// All other nodes have been asked again, in a wait that a restart makes no shorter.
    public synchronized void askedAgain() {
        moved = nanos.getAsLong();
    }

    public synchronized void cloned(long bytes, long of) {
        if (bytes != done) {
            moved = nanos.getAsLong();
        }
        done = bytes;
        total = of;
    }

    public synchronized Moment now() {
        long now = nanos.getAsLong();
        Map<Phase, Duration> times = new EnumMap<>(Phase.class);
        spent.forEach((each, time) -> times.put(each, Duration.ofNanos(time)));
        times.merge(phase, Duration.ofNanos(now - entered), Duration::plus);
        return new Moment(
                phase,
                detail,
                ran,
                Duration.ofNanos(now - entered),
                Duration.ofNanos(now - moved),
                done,
                total,
                times);
    }
}
