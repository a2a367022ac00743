package io.pgentrypoint.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The last lines of our own log, for whoever cannot see its end: as they were written, and never
/// more than a few kilobytes.
public final class RecentLines {

    static final int MOST = 50;

    /// Of one line in bytes. A stack has more, and is in the log.
    static final int LONGEST = 1000;

    private static final byte[][] LINES = new byte[MOST][0];
    private static int written;

    private RecentLines() {}

    /// Returns what it is given.
    static byte[] kept(byte[] line) {
        byte[] kept = line.length > LONGEST ? Arrays.copyOf(line, LONGEST) : line;
        synchronized (LINES) {
            LINES[written % MOST] = kept;
            written = written + 1 < 2 * MOST ? written + 1 : MOST;
        }
        return line;
    }

    /// A secret that became one after its line was written is masked too.
    public static List<String> newestFirst() {
        List<byte[]> lines = new ArrayList<>();
        synchronized (LINES) {
            for (int i = 1; i <= Math.min(written, MOST); i++) {
                lines.add(LINES[(written - i) % MOST]);
            }
        }
        return lines.stream().map(RecentLines::text).toList();
    }

    private static String text(byte[] line) {
        String text = Masks.apply(new String(line, StandardCharsets.UTF_8).stripTrailing());
        return line.length < LONGEST ? text : text + " …";
    }
}
