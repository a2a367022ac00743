package io.pgentrypoint.supervise;

import java.util.EnumSet;
import java.util.Set;

/// What the supervising thread waits for. To note one takes no memory, so that a stop is heard also
/// without heap; one that is noted twice before it is taken counts once.
final class Events {

    enum Event {
        CHILD_ENDED,
        STOP_ROSE,
        CHECKPOINT_ENDED,
        RELOAD,
        LOOK_AGAIN
    }

    private static final Event[] ALL = Event.values();

    private final Set<Event> noted = EnumSet.noneOf(Event.class);

    synchronized void add(Event event) {
        noted.add(event);
        notifyAll();
    }

    synchronized void clear() {
        noted.clear();
    }

    /// The most important one that was noted, or [Event#LOOK_AGAIN] after that time.
    synchronized Event next(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            for (Event event : ALL) {
                if (noted.remove(event)) {
                    return event;
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Event.LOOK_AGAIN;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                // Nobody interrupts PID 1; going on is the only safe answer.
                return Event.LOOK_AGAIN;
            }
        }
    }
}
