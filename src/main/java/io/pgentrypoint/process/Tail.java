package io.pgentrypoint.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// The last lines that a program wrote. The end of an output has the reason of a failure in it, and
/// the heap of PID 1 is small.
final class Tail {

    private static final int MOST = 256 * 1024;

    private final Consumer<String> eachLine;
    private final Deque<String> lines = new ArrayDeque<>();
    private int size;

    Tail(Consumer<String> eachLine) {
        this.eachLine = eachLine;
    }

    void readFrom(InputStream in) throws IOException {
        Lines.read(
                in,
                (bytes, length) -> {
                    String line = new String(bytes, 0, length, StandardCharsets.UTF_8);
                    add(line);
                    eachLine.accept(line.stripTrailing());
                });
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
