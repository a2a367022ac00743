package io.pgentrypoint.process;

import java.io.IOException;
import java.io.InputStream;

/// Cuts an output into lines, and what has none into long pieces: the heap of PID 1 is small.
final class Lines {

    static final int LONGEST_LINE = 64 * 1024;

    private Lines() {}

    /// Gets a line with its end; the bytes are its own only until it returns.
    interface Taker {
        void take(byte[] bytes, int length);
    }

    static void read(InputStream in, Taker each) throws IOException {
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        for (int next = next(in); next != -1; next = next(in)) {
            line[length] = (byte) next;
            length++;
            if (next == '\n' || length == line.length) {
                hand(line, length, each);
                length = 0;
            }
        }
        if (length > 0) {
            hand(line, length, each);
        }
    }

    private static int next(InputStream in) throws IOException {
        while (true) {
            try {
                return in.read();
            } catch (OutOfMemoryError e) {
                VitalThread.goOnAfter(e);
            }
        }
    }

    private static void hand(byte[] line, int length, Taker each) {
        try {
            each.take(line, length);
        } catch (RuntimeException | Error e) {
            // Whoever stops reading here stops the program at a full pipe.
            VitalThread.goOnAfter(e);
        }
    }
}
