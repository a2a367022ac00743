package io.pgentrypoint.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last lines that a program wrote. The end of an output has the reason of a failure in it, and
/// the heap of PID 1 is small.
final class Tail {

    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final int MOST = 256 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;

    private final Consumer<String> eachLine;
    private final Deque<String> lines = new ArrayDeque<>();
    private int size;

    Tail(Consumer<String> eachLine) {
        this.eachLine = eachLine;
    }

    void readFrom(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != -1; next = in.read()) {
            line.write(next);
            if (next == '\n' || line.size() == LONGEST_LINE) {
                take(line);
            }
        }
        if (line.size() > 0) {
            take(line);
        }
    }

    private void take(ByteArrayOutputStream bytes) {
        String line = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        add(line);
        try {
            eachLine.accept(line.stripTrailing());
        } catch (RuntimeException e) {
            // Whoever stops reading here stops the program at a full pipe.
            LOG.error("a bug: a line of output was not taken", e);
        }
    }

    private synchronized void add(String line) {
        lines.addLast(line);
        size += line.length();
        while (size > MOST) {
            size -= lines.removeFirst().length();
        }
    }

    synchronized String text() {
        return String.join("", lines);
    }
}
