package io.pgentrypoint.probe;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Why a standby does not stream, in its server's own words. The server tries again every five
/// seconds and says the same each time, at a level that nobody looks at; what no retry can heal is
/// said once, with the remedy.
public final class StreamWatch {

    private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int LINES = 200;

    // walreceiver.c, libpqwalreceiver.c, xlogrecovery.c; translated when lc_messages says so, and
    // then nothing is found.
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "(?:FATAL|ERROR|LOG):  ((?:could not receive data from WAL stream"
                            + "|could not connect to the primary server"
                            + "|could not start WAL streaming"
                            + "|could not receive timeline history file"
                            + "|the primary server's|primary server contains no more WAL"
                            + "|database system identifier differs"
                            + "|highest timeline \\d+ of the primary is behind"
                            + "|new timeline \\d+ forked off).*)");
    private static final Pattern STREAMS = Pattern.compile("LOG:  started streaming WAL");
    private static final Pattern MISSING =
            Pattern.compile(
                    "has already been removed|can no longer (?:get changes|access)|was invalidated"
                            + "|has been invalidated|new timeline \\d+ forked off");

    // CheckRequiredParameterValues of xlog.c; replay is paused then, and only a restart with more
    // lets it go on.
    private static final Pattern TOO_LOW =
            Pattern.compile(
                    "DETAIL:  (\\w+) = (\\d+) is a lower setting than on the primary server, where"
                            + " its value was (\\d+)");

    private final Supplier<List<String>> said;
    private final String remedy;
    private String logged = "";
    private String last = "";
    private String tooLow = "";

    /// @param said the last lines that the server said
    /// @param remedy the variables that make a start clone the node anew
    public StreamWatch(Supplier<List<String>> said, String remedy) {
        this.said = said;
        this.remedy = remedy;
    }

    /// Where there is no output to look at.
    public static StreamWatch deaf() {
        return new StreamWatch(List::of, "");
    }

    /// How many lines are enough.
    public static int lines() {
        return LINES;
    }

    /// The last one, unless it has streamed since. A server that says much else meanwhile takes
    /// nothing back.
    synchronized Optional<String> complaint() {
        String found = last;
        for (String line : said.get()) {
            Matcher complaint = COMPLAINT.matcher(line);
            if (complaint.find()) {
                found = complaint.group(1).strip();
            } else if (STREAMS.matcher(line).find()) {
                found = "";
            }
            Matcher lower = TOO_LOW.matcher(line);
            if (lower.find()) {
                tooLow =
                        "%s = %s is below the primary's %s; a restart of this node raises it"
                                .formatted(lower.group(1), lower.group(2), lower.group(3));
            }
        }
        last = found;
        return Optional.of(found).filter(text -> !text.isEmpty());
    }

    /// Which setting is too low for what the primary has written. It holds for the server's life.
    synchronized Optional<String> tooLow() {
        Optional<String> _ = complaint();
        return Optional.of(tooLow).filter(text -> !text.isEmpty());
    }

    /// What is missing, when no retry can bring it back.
    Optional<String> missing() {
        return complaint().filter(text -> MISSING.matcher(text).find());
    }

    /// What a person can do then.
    String remedy() {
        return "restart it with " + remedy + " to clone it anew";
    }

    /// Looks now and then, for as long as this process lives.
    public void watch() {
        Thread.ofPlatform()
                .daemon()
                .name("replication")
                .start(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        look();
                        try {
                            Thread.sleep(PAUSE);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
    }

    private void look() {
        String missing = missing().orElse("");
        if (!missing.isEmpty() && !missing.equals(logged)) {
            LOG.error(
                    "This replica cannot go on replicating: {}. It stays read-only and falls further behind; {}",
                    missing,
                    remedy());
        }
        logged = missing;
    }
}
