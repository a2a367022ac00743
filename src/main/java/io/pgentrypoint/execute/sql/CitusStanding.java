package io.pgentrypoint.execute.sql;

import java.util.Optional;

/// Whether this node is registered in its Citus cluster, by the last that its registration has
/// seen. Nobody is asked anew for it.
public final class CitusStanding {

    private static final String NOT_YET = "is not registered in its Citus cluster yet";

    private boolean registered;
    private String missing = NOT_YET;

    synchronized void registered() {
        registered = true;
        missing = "";
    }

    /// A coordinator that does not answer takes nothing back.
    synchronized void unanswered(String why) {
        if (!registered) {
            missing = NOT_YET + ": " + why;
        }
    }

    /// The coordinator has another node in this one's place, or none.
    synchronized void denied(String why) {
        registered = false;
        missing = NOT_YET + ": " + why;
    }

    /// Absent once it is.
    public synchronized Optional<String> missing() {
        return registered ? Optional.empty() : Optional.of(missing);
    }
}
