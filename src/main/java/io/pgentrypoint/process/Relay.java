package io.pgentrypoint.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Hands on what a program says: its stdout to ours, its stderr to ours, one thread for each, byte
/// for byte or line by line. The end of it is kept, since it is what explains a bad end.
///
/// The program waits only for whoever reads our own output, as it would without us.
public final class Relay {

    private static final int CHUNK = 64 * 1024;

    private final LastBytes last = new LastBytes();
    private final @Nullable UnaryOperator<String> eachLine;
    private final OutputStream stdout;
    private final OutputStream stderr;

    private Relay(
            @Nullable UnaryOperator<String> eachLine, OutputStream stdout, OutputStream stderr) {
        this.eachLine = eachLine;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /// Unchanged, also what is no text.
    public static Relay unchanged() {
        return of(null);
    }

    /// Each line, without its end, as that function has it.
    public static Relay lines(UnaryOperator<String> eachLine) {
        return of(eachLine);
    }

    private static Relay of(@Nullable UnaryOperator<String> eachLine) {
        return new Relay(
                eachLine,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    static Relay to(
            @Nullable UnaryOperator<String> eachLine, OutputStream stdout, OutputStream stderr) {
        return new Relay(eachLine, stdout, stderr);
    }

    /// The last lines that were said, as they came.
    public List<String> lastLines(int most) {
        List<String> lines = last.lines();
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    Thread stdout(InputStream from) {
        return start("stdout", from, stdout);
    }

    Thread stderr(InputStream from) {
        return start("stderr", from, stderr);
    }

    private Thread start(String name, InputStream from, OutputStream to) {
        return Thread.ofPlatform().daemon().name(name).start(() -> copy(from, to));
    }

    private void copy(InputStream from, OutputStream to) {
        Sink sink = new Sink(to);
        try (InputStream in = from) {
            UnaryOperator<String> format = eachLine;
            if (format == null) {
                copyBytes(in, sink);
            } else {
                Lines.read(in, line -> line(line, format, sink));
            }
        } catch (IOException e) {
            // The JDK closes the stream when the program has ended.
        }
    }

    private void copyBytes(InputStream in, Sink sink) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
            last.add(chunk, length);
            sink.write(chunk, length);
        }
    }

    private void line(String line, UnaryOperator<String> format, Sink sink) {
        byte[] said = line.getBytes(StandardCharsets.UTF_8);
        last.add(said, said.length);
        byte[] formatted =
                (format.apply(line.stripTrailing()) + "\n").getBytes(StandardCharsets.UTF_8);
        sink.write(formatted, formatted.length);
    }

    /// Once nobody reads our output any more it is thrown away: a program that cannot log is better
    /// than one that waits for ever in a write.
    private static final class Sink {

        private final OutputStream to;
        private boolean broken;

        Sink(OutputStream to) {
            this.to = to;
        }

        void write(byte[] bytes, int length) {
            if (broken) {
                return;
            }
            try {
                to.write(bytes, 0, length);
            } catch (IOException e) {
                broken = true;
            }
        }
    }
}
