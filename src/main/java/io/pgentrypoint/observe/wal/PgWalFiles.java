package io.pgentrypoint.observe.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The names in pg_wal: which timelines have a history there, and which have segments.
record PgWalFiles(List<String> names) {

    // XLogFileName, TLHistoryFileName
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");

    PgWalFiles {
        names = List.copyOf(names);
    }

    static PgWalFiles in(Path wal) throws IOException {
        try (Stream<Path> files = Files.list(wal)) {
            return new PgWalFiles(files.map(file -> String.valueOf(file.getFileName())).toList());
        }
    }

    OptionalInt newestHistory() {
        return names.stream()
                .map(HISTORY::matcher)
                .filter(Matcher::matches)
                .mapToInt(match -> Integer.parseUnsignedInt(match.group(1), 16))
                .max();
    }

    static String history(int timeline) {
        return String.format(Locale.ROOT, "%08X.history", timeline);
    }

    /// Whether that timeline has WAL from that position on.
    boolean hasSegment(int timeline, Lsn from, WalState state) {
        String first = segment(timeline, from, state);
        return segments(timeline).anyMatch(name -> name.compareTo(first) >= 0);
    }

    /// Whether one of the same timeline comes after it: then it is missing, and not yet to come.
    boolean hasLater(String segment) {
        return segments(Integer.parseUnsignedInt(segment.substring(0, 8), 16))
                .anyMatch(name -> name.compareTo(segment) > 0);
    }

    Stream<String> segments(int timeline) {
        String prefix = String.format(Locale.ROOT, "%08X", timeline);
        return names.stream()
                .filter(name -> SEGMENT.matcher(name).matches() && name.startsWith(prefix));
    }

    static String segment(int timeline, Lsn position, WalState state) {
        long segments = Long.divideUnsigned(1L << 32, state.segmentBytes());
        long number = state.segment(position);
        return String.format(
                Locale.ROOT, "%08X%08X%08X", timeline, number / segments, number % segments);
    }
}
