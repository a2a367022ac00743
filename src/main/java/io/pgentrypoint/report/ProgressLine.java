package io.pgentrypoint.report;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Progress of something long: one line drawn over and over on a terminal, a log line every few
/// seconds elsewhere.
public final class ProgressLine {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressLine.class);
    private static final String TO_LINE_START = "\r";
    private static final String ERASE_TO_END = "\u001b[K";

    private final boolean terminal;
    private final long everyNanos;
    private long last;
    private boolean shown;

    /// @param terminal whether stderr is one
    public ProgressLine(boolean terminal, Duration every) {
        this.terminal = terminal && Logging.isText();
        everyNanos = every.toNanos();
        last = System.nanoTime() - everyNanos;
    }

    public void show(String drawn, String logged) {
        if (terminal) {
            System.err.print(TO_LINE_START + drawn + ERASE_TO_END);
            System.err.flush();
            shown = true;
        } else if (System.nanoTime() - last >= everyNanos) {
            last = System.nanoTime();
            LOG.info("{}", logged);
        }
    }

    public void end() {
        if (shown) {
            System.err.println();
            shown = false;
        }
    }
}
