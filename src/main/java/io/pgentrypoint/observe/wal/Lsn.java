package io.pgentrypoint.observe.wal;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A position in the write-ahead log, in bytes from its beginning; unsigned, as the server's.
public record Lsn(long value) implements Comparable<Lsn> {

    /// What the server calls an invalid position, and uses for "none".
    public static final Lsn NONE = new Lsn(0);

    private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /// @throws IllegalArgumentException when the text is no position
    public static Lsn parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a WAL position: " + text));
    }

    static Optional<Lsn> tryParse(String text) {
        Matcher match = TEXT.matcher(text);
        return match.matches()
                ? Optional.of(
                        new Lsn(
                                (Long.parseLong(match.group(1), 16) << 32)
                                        | Long.parseLong(match.group(2), 16)))
                : Optional.empty();
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /// How many bytes this is beyond the other; negative when it is before it.
    public long minus(Lsn other) {
        return value - other.value;
    }

    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    public static Lsn least(Lsn one, Lsn other) {
        return one.isAfter(other) ? other : one;
    }

    public static Lsn greatest(Lsn one, Lsn other) {
        return one.isAfter(other) ? one : other;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /// As the server writes it.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", value >>> 32, value & 0xFFFF_FFFFL);
    }
}
