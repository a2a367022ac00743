package io.pgentrypoint.process;

import io.pgentrypoint.report.Masks;
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
/// The program waits only for the reader of our own output, as it would without us. A line that
/// cannot be formatted goes on as it is, one that cannot be masked does not go on.
public final class Relay {

    /// What the JDK reads and writes without taking memory for it.
    private static final int CHUNK = 8 * 1024;

    private static final byte[] LINE_END = {'\n'};

    private static final String HIDDEN =
            "[entrypoint: a line that could not be searched for secrets is left out]";

    private final LastBytes last;
    private final @Nullable UnaryOperator<String> eachLine;
    private final boolean masked;
    private final byte[] hidden;
    private final OutputStream stdout;
    private final OutputStream stderr;

    private Relay(
            LastBytes last,
            @Nullable UnaryOperator<String> eachLine,
            boolean masked,
            OutputStream stdout,
            OutputStream stderr) {
        this.last = last;
        this.eachLine = eachLine;
        this.masked = masked;
        this.hidden = hidden(eachLine);
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /// Made before it is needed: there may be no memory for it then.
    private static byte[] hidden(@Nullable UnaryOperator<String> eachLine) {
        String text = HIDDEN;
        try {
            text = eachLine == null ? HIDDEN : eachLine.apply(HIDDEN);
        } catch (RuntimeException | Error e) {
            VitalThread.say("a bug: a line of output could not be formatted", e);
        }
        return bytes(text + "\n");
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
        return to(
                eachLine,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    static Relay to(
            @Nullable UnaryOperator<String> eachLine, OutputStream stdout, OutputStream stderr) {
        return new Relay(new LastBytes(), eachLine, false, stdout, stderr);
    }

    /// The same one, which lets no known secret through. A line without a secret goes on as it
    /// would without this.
    public Relay masked() {
        return new Relay(last, eachLine, true, stdout, stderr);
    }

    /// The last lines that were said, as they came.
    public List<String> lastLines(int most) {
        List<String> lines = last.lines();
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    void stdout(InputStream from) throws IOException {
        copy(from, stdout);
    }

    void stderr(InputStream from) throws IOException {
        copy(from, stderr);
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        Sink sink = new Sink(to);
        if (eachLine == null && !masked) {
            copyBytes(from, sink);
        } else {
            Lines.read(from, (line, length) -> line(line, length, sink));
        }
    }

    private void copyBytes(InputStream in, Sink sink) throws IOException {
        byte[] chunk = new byte[CHUNK];
        while (true) {
            try {
                int length = in.read(chunk);
                if (length <= 0) {
                    return;
                }
                last.add(chunk, length);
                sink.write(chunk, length);
            } catch (RuntimeException | Error e) {
                VitalThread.goOnAfter(e);
            }
        }
    }

    private void line(byte[] line, int length, Sink sink) {
        last.add(line, length);
        byte[] said = null;
        try {
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            String shown = masked ? Masks.apply(text) : text;
            UnaryOperator<String> format = eachLine;
            if (format != null) {
                said = bytes(format.apply(shown.stripTrailing()) + "\n");
            } else if (!shown.equals(text)) {
                said = bytes(shown);
            }
        } catch (RuntimeException | Error e) {
            said = masked ? hidden : null;
            VitalThread.say("a bug: a line of output could not be formatted", e);
        }
        if (said != null) {
            sink.write(said, said.length);
            return;
        }
        sink.write(line, length);
        if (eachLine != null && line[length - 1] != '\n') {
            sink.write(LINE_END, LINE_END.length);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
