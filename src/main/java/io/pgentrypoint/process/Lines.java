package io.pgentrypoint.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cuts an output into lines, and what has none into long pieces: the heap of PID 1 is small.
final class Lines {

    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);
    private static final int LONGEST_LINE = 64 * 1024;

    private Lines() {}

    /// @param eachLine gets the line with its end
    static void read(InputStream in, Consumer<String> eachLine) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != -1; next = in.read()) {
            line.write(next);
            if (next == '\n' || line.size() == LONGEST_LINE) {
                hand(line, eachLine);
            }
        }
        if (line.size() > 0) {
            hand(line, eachLine);
        }
    }

    private static void hand(ByteArrayOutputStream bytes, Consumer<String> eachLine) {
        String line = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        try {
            eachLine.accept(line);
        } catch (RuntimeException e) {
            // Whoever stops reading here stops the program at a full pipe.
            LOG.error("a bug: a line of output was not taken", e);
        }
    }
}
