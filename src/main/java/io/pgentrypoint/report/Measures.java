package io.pgentrypoint.report;

import java.time.Duration;
import java.util.Locale;

/// Bytes and times as people read them. The units are PostgreSQL's: 1 kB is 1024 bytes.
public final class Measures {

    private static final long KIBI = 1024;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Measures() {}

    /// Without `%.1f`, which makes the JDK load the digits of a locale: each start measures the
    /// disk before its server.
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= KIBI && unit < UNITS.length - 1) {
            value /= KIBI;
            unit++;
        }
        if (unit == 0) {
            return bytes + " B";
        }
        long tenths = Math.round(value * 10);
        return "%s.%s %s".formatted(tenths / 10, tenths % 10, UNITS[unit]);
    }

    public static String time(Duration time) {
        long seconds = time.plusMillis(500).toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        long minutes = seconds / 60;
        return minutes < 24 * 60
                ? String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60)
                : String.format(Locale.ROOT, "%d d %02d h", minutes / 1440, minutes / 60 % 24);
    }

    /// A lag, which may be anything from microseconds to days.
    public static String seconds(double seconds) {
        if (seconds < 1) {
            return String.format(
                    Locale.ROOT, seconds < 0.01 ? "%.1f ms" : "%.0f ms", seconds * 1e3);
        }
        return seconds < 10
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : time(Duration.ofMillis(Math.round(seconds * 1e3)));
    }

    public static String share(long done, long total) {
        return total <= 0 ? "0%" : Math.min(100, done * 100 / total) + "%";
    }
}
