package io.pgentrypoint.observe.wal;

import java.util.regex.Pattern;

/// What a server or a base backup makes in a WAL directory.
public final class WalNames {

    // Segments, histories and their unfinished forms; what is being written (xlog.c, walmethods.c).
    private static final Pattern WAL =
            Pattern.compile(
                    "[0-9A-F]{24}([.].+)?|[0-9A-F]{8}[.]history([.].+)?|xlogtemp[.].+|RECOVERY(XLOG|HISTORY)"
                            + "|archive_status|summaries");

    private WalNames() {}

    public static boolean isWal(String name) {
        return WAL.matcher(name).matches();
    }
}
