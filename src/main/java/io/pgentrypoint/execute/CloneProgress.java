package io.pgentrypoint.execute;

import io.pgentrypoint.process.Terminal;
import io.pgentrypoint.report.ProgressLine;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// From pg_basebackup's progress to percent, bytes, rate and time left.
final class CloneProgress {

    // "  41237/98214 kB (41%), 0/1 tablespace"
    private static final Pattern PROGRESS = Pattern.compile("\\s*(\\d+)/(\\d+) kB \\((\\d+)%\\).*");
    private static final int STDERR = 2;
    private static final int WIDTH = 30;
    private static final long KIBI = 1024;

    private final long start = System.nanoTime();
    private final ProgressLine out =
            new ProgressLine(Terminal.isTerminal(STDERR), Duration.ofSeconds(5));
    private long done;

    static boolean isProgress(String line) {
        return PROGRESS.matcher(line).matches();
    }

    void line(String line) {
        Matcher match = PROGRESS.matcher(line);
        if (!match.matches()) {
            return;
        }
        done = Long.parseLong(match.group(1)) * KIBI;
        long total = Math.max(done, Long.parseLong(match.group(2)) * KIBI);
        out.show(bar(total) + text(total), "Cloning: " + text(total));
    }

    void end() {
        out.end();
    }

    String summary() {
        return size(done) + " in " + seconds(elapsed()) + ", " + size((long) rate()) + "/s";
    }

    private String text(long total) {
        long percent = total == 0 ? 0 : done * 100 / total;
        double rate = rate();
        String left = rate < 1 ? "unknown" : seconds((total - done) / rate);
        return String.format(
                Locale.ROOT,
                "%d%%, %s of %s, %s/s, %s left",
                percent,
                size(done),
                size(total),
                size((long) rate),
                left);
    }

    private String bar(long total) {
        int filled = total == 0 ? 0 : (int) (done * WIDTH / total);
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
    }

    private double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    private double rate() {
        return done / Math.max(elapsed(), 0.001);
    }

    private static String seconds(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60
                ? whole + " s"
                : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }

    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= KIBI && unit < units.length - 1) {
            value /= KIBI;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
