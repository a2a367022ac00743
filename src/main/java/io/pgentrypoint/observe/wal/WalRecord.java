package io.pgentrypoint.observe.wal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of pg_waldump: where a record begins and how long it is.
///
/// @param what the resource manager's word for it and all that follows
record WalRecord(String manager, long length, Lsn begin, String what) {

    // The same in PostgreSQL 13 to 18.
    private static final Pattern LINE =
            Pattern.compile(
                    """
                    rmgr: (\\S+)\\s+len \\(rec/tot\\):\\s*\\d+/\\s*(\\d{1,10}), \
                    tx:\\s*\\d+, lsn: ([0-9A-F]{1,8}/[0-9A-F]{1,8}), prev \
                    [0-9A-F]+/[0-9A-F]+, desc: (.*)\
                    """);

    // SizeOfXLogShortPHD and SizeOfXLogLongPHD
    private static final int PAGE_HEADER = 24;
    private static final int FIRST_PAGE_HEADER = 40;
    private static final int ALIGNMENT = 8;

    static Optional<WalRecord> parse(String line) {
        Matcher match = LINE.matcher(line);
        return match.matches()
                ? Optional.of(
                        new WalRecord(
                                match.group(1),
                                Long.parseLong(match.group(2)),
                                Lsn.parse(match.group(3)),
                                match.group(4)))
                : Optional.empty();
    }

    boolean commits() {
        return manager.equals("Transaction") && what.startsWith("COMMIT");
    }

    /// Its replay lets the cluster's link lead to the path that it names, wherever it led to before
    /// (create_tablespace_directories of tablespace.c).
    boolean createsTablespace() {
        return manager.equals("Tablespace") && what.startsWith("CREATE");
    }

    /// EndRecPtr of xlogreader.c: what a promotion writes down as the end of a timeline. A record
    /// that crosses pages has their headers in it.
    Lsn end(WalState state) {
        if (manager.equals("XLOG") && what.startsWith("SWITCH")) {
            // The rest of the segment belongs to it.
            return state.segmentBegin(begin).plus(state.segmentBytes());
        }
        long left = length;
        long at = begin.value();
        long space = state.pageBytes() - Long.remainderUnsigned(at, state.pageBytes());
        while (left > space) {
            left -= space;
            at += space;
            int header = state.offset(new Lsn(at)) == 0 ? FIRST_PAGE_HEADER : PAGE_HEADER;
            at += header;
            space = (long) state.pageBytes() - header;
        }
        return new Lsn(at + (left + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }
}
