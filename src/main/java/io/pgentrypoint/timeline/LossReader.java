package io.pgentrypoint.timeline;

import io.pgentrypoint.process.Outcome;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts what lies beyond a fork, record by record, and starts nothing for it.
final class LossReader implements Consumer<String> {

    // "blkref #0: rel 1663/5/16384 blk 0", with "fork vm" between for what is not the main fork
    private static final Pattern RELATION = Pattern.compile("\\brel (\\d+/\\d+/\\d+)\\b");

    private long commits;
    private final Map<String, Long> changes = new HashMap<>();

    private LossReader() {}

    static Loss read(WalDump dump, LocalBranch ours, Ancestry.Diverged diverged) {
        LossReader reader = new LossReader();
        TimelineHistory history = ours.history();
        boolean whole = true;
        for (int i = 0; i < history.size(); i++) {
            Optional<Lsn> left = history.endAt(i);
            if (left.isPresent() && !left.get().isAfter(diverged.fork())) {
                continue;
            }
            Lsn begin = Lsn.greatest(history.beginAt(i), diverged.fork());
            whole &= reader.read(dump, history.timelineAt(i), begin, left);
        }
        List<Loss.Touched> touched =
                reader.changes.entrySet().stream()
                        .map(each ->
                                new Loss.Touched(each.getKey(), each.getValue(), Optional.empty()))
                        .sorted(
                                Comparator.comparingLong(Loss.Touched::changes)
                                        .reversed()
                                        .thenComparing(Loss.Touched::node))
                        .toList();
        return new Loss(diverged.bytes(), reader.commits, touched, whole);
    }

    private boolean read(WalDump dump, int timeline, Lsn begin, Optional<Lsn> end) {
        Outcome outcome = dump.read(timeline, begin, end, this);
        return switch (WalDumpEnd.of(outcome.stderr())) {
            case WalDumpEnd.Meaning.Tail _, WalDumpEnd.Meaning.NoSegment _ -> true;
            case WalDumpEnd.Meaning.NothingThere() -> true;
            case WalDumpEnd.Meaning.Unclear _ -> outcome.succeeded();
        };
    }

    @Override
    public void accept(String line) {
        Optional<WalRecord> record = WalRecord.parse(line);
        if (record.isEmpty()) {
            return;
        }
        if (record.get().commits()) {
            commits++;
        }
        Matcher relation = RELATION.matcher(record.get().what());
        while (relation.find()) {
            changes.merge(relation.group(1), 1L, Long::sum);
        }
    }
}
