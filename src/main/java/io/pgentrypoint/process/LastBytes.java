package io.pgentrypoint.process;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The last few thousand bytes of an output, in a ring: a busy server writes more than PID 1 could
/// look at.
final class LastBytes {

    private static final int MOST = 16 * 1024;

    private final byte[] ring = new byte[MOST];
    private int next;
    private boolean full;

    synchronized void add(byte[] bytes, int length) {
        int kept = Math.min(length, MOST);
        int untilEnd = Math.min(kept, MOST - next);
        System.arraycopy(bytes, length - kept, ring, next, untilEnd);
        System.arraycopy(bytes, length - kept + untilEnd, ring, 0, kept - untilEnd);
        full |= next + kept >= MOST;
        next = (next + kept) % MOST;
    }

    /// Whole lines, the oldest first; a line whose beginning is gone is left out.
    List<String> lines() {
        String text = text();
        int firstBreak = text.indexOf('\n');
        String whole = isFull() && firstBreak >= 0 ? text.substring(firstBreak + 1) : text;
        return whole.lines().toList();
    }

    private synchronized boolean isFull() {
        return full;
    }

    private synchronized String text() {
        byte[] ordered = new byte[full ? MOST : next];
        int older = full ? MOST - next : 0;
        System.arraycopy(ring, next, ordered, 0, older);
        System.arraycopy(ring, 0, ordered, older, next);
        return new String(ordered, StandardCharsets.UTF_8);
    }
}
