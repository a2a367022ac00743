package io.pgentrypoint.observe.wal;

import io.pgentrypoint.ForeignInput;
import java.util.List;

public final class TimelineInputs {

    private TimelineInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                                "history-file",
                                text -> {
                                    TimelineHistory history = TimelineHistory.parse(4, text);
                                    history.upTo(2);
                                    history.beginAt(history.size() - 1);
                                },
                                "1\t0/3000060\tno recovery target specified\n\n2\t0/A000000\tx\n",
                                "# comment\n3 FFFFFFFF/FFFFFFFF\n")
                        .refusing(IllegalArgumentException.class),
                ForeignInput.of(
                        "pg_waldump-line",
                        text ->
                                WalRecord.parse(text)
                                        .ifPresent(record ->
                                                record.end(WalState.at(1, record.begin()))),
                        "rmgr: Heap        len (rec/tot):     54/   150, tx:        742, lsn:"
                                + " 0/01529D10, prev 0/01529CD8, desc: INSERT off 4 flags 0x00",
                        "rmgr: XLOG        len (rec/tot):     24/    24, tx:          0, lsn:"
                                + " 0/02000028, prev 0/01FFFFD0, desc: SWITCH "),
                ForeignInput.of(
                        "pg_waldump-end",
                        text -> WalDumpEnd.of(text),
                        "pg_waldump: error: error in WAL record at 0/3000148: invalid record length"
                                + " at 0/3000180: wanted 24, got 0\n",
                        "pg_waldump: error: could not find a valid record after 0/3000000\n",
                        "pg_waldump: fatal: could not find file \"000000010000000000000004\": No\n"),
                ForeignInput.of(
                        "pg_wal-name",
                        text -> {
                            PgWalFiles files = new PgWalFiles(List.of(text.split("\n", -1)));
                            files.newestHistory();
                            files.hasSegment(1, Lsn.NONE, WalState.at(1, Lsn.NONE));
                        },
                        "00000002.history\n000000010000000000000004"));
    }
}
