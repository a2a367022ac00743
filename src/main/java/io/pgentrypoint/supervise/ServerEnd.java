package io.pgentrypoint.supervise;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From how the server ended to how we end. The control file decides what a clean end is: after an
/// immediate shutdown the server says 0 too.
///
/// @param code the server's
/// @param wasAsked a stop was requested
/// @param wasReady the server had accepted connections before
record ServerEnd(int code, boolean wasAsked, boolean wasReady) {

    private static final Logger LOG = LoggerFactory.getLogger(ServerEnd.class);

    /// @param state what the control file says
    /// @return 0 for a clean end, else a [Refusal] is thrown
    int judge(String state) {
        // Also "in recovery"; while it goes on it is called "shutting down".
        boolean clean = state.startsWith("shut down");
        if (!wasAsked && (code != 0 || !wasReady)) {
            return byItself();
        }
        if (clean) {
            LOG.info(
                    "The server has stopped: {}{}",
                    state,
                    wasAsked ? "" : ", by someone else's request");
            return 0;
        }
        throw Refusals.notClean(code, state);
    }

    private int byItself() {
        if (code == 0) {
            return 0;
        }
        throw wasReady ? Refusals.endedByItself(code) : Refusals.notStarted(code);
    }
}
