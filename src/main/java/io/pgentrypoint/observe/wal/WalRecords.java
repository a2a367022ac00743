package io.pgentrypoint.observe.wal;

import io.pgentrypoint.process.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/// What pg_waldump shows of a cluster's own history.
final class WalRecords {

    private WalRecords() {}

    /// From there to the end, over all timelines of the history.
    ///
    /// @return whether all of it could be read
    static boolean each(
            WalDump dump, TimelineHistory history, Lsn from, Consumer<WalRecord> record) {
        boolean whole = true;
        for (int i = 0; i < history.size(); i++) {
            Optional<Lsn> left = history.endAt(i);
            if (left.isPresent() && !left.get().isAfter(from)) {
                continue;
            }
            Outcome outcome =
                    dump.read(
                            history.timelineAt(i),
                            Lsn.greatest(history.beginAt(i), from),
                            left,
                            line -> WalRecord.parse(line).ifPresent(record));
            whole &=
                    switch (WalDumpEnd.of(outcome.stderr())) {
                        case WalDumpEnd.Meaning.Tail _, WalDumpEnd.Meaning.NoSegment _ -> true;
                        case WalDumpEnd.Meaning.NothingThere() -> true;
                        case WalDumpEnd.Meaning.Unclear _ -> outcome.succeeded();
                    };
        }
        return whole;
    }
}
