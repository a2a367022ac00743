package io.pgentrypoint.execute;

import io.pgentrypoint.process.Terminal;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.ProgressLine;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// From pg_basebackup's progress to percent, bytes, rate and time left.
final class CloneProgress {

    // "  41237/98214 kB (41%), 0/1 tablespace"
    private static final Pattern PROGRESS =
            Pattern.compile("\\s*(\\d{1,15})/(\\d{1,15}) kB \\((\\d+)%\\).*");
    private static final int STDERR = 2;
    private static final int WIDTH = 30;
    private static final long KIBI = 1024;

    private final long start = System.nanoTime();
    private final ProgressLine out =
            new ProgressLine(Terminal.isTerminal(STDERR), Duration.ofSeconds(5));
    private final Progress progress;
    private long done;

    CloneProgress(Progress progress) {
        this.progress = progress;
    }

    static boolean isProgress(String line) {
        return PROGRESS.matcher(line).matches();
    }

    void line(String line) {
        Matcher match = PROGRESS.matcher(line);
        if (!match.matches()) {
            // "waiting for checkpoint", which may take as long as the clone
            progress.detail(line.strip());
            return;
        }
        done = Long.parseLong(match.group(1)) * KIBI;
        long total = Math.max(done, Long.parseLong(match.group(2)) * KIBI);
        progress.cloned(done, total);
        out.show(bar(total) + text(total), "Cloning: " + text(total));
    }

    void end() {
        out.end();
    }

    String summary() {
        return "%s in %s, %s/s"
                .formatted(
                        Measures.bytes(done),
                        Measures.time(Duration.ofNanos(System.nanoTime() - start)),
                        Measures.bytes((long) rate()));
    }

    private String text(long total) {
        double rate = rate();
        String left =
                rate < 1
                        ? "unknown"
                        : Measures.time(Duration.ofSeconds((long) ((total - done) / rate)));
        return String.format(
                Locale.ROOT,
                "%s, %s of %s, %s/s, %s left",
                Measures.share(done, total),
                Measures.bytes(done),
                Measures.bytes(total),
                Measures.bytes((long) rate),
                left);
    }

    private String bar(long total) {
        int filled = total == 0 ? 0 : (int) ((double) done / total * WIDTH);
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
    }

    private double rate() {
        return done / Math.max((System.nanoTime() - start) / 1e9, 0.001);
    }
}
