package io.pgentrypoint.observe.wal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts what lies beyond a fork, record by record, and starts nothing for it.
final class LossReader implements Consumer<WalRecord> {

    // "blkref #0: rel 1663/5/16384 blk 0", with "fork vm" between for what is not the main fork
    private static final Pattern RELATION =
            Pattern.compile("\\brel (\\d{1,10}/\\d{1,10}/\\d{1,10})\\b");

    private static final long FIRST_NORMAL_OBJECT_ID = 16384;

    private long commits;
    private final Map<String, Long> changes = new HashMap<>();

    private LossReader() {}

    static Loss read(WalDump dump, LocalTimelines ours, Ancestry.Diverged diverged) {
        LossReader reader = new LossReader();
        boolean whole = WalRecords.each(dump, ours.history(), diverged.fork(), reader);
        return new Loss(diverged.bytes(), reader.commits, touched(reader.changes), whole);
    }

    /// @param changes by file node
    static List<Loss.Touched> touched(Map<String, Long> changes) {
        return changes.entrySet().stream()
                .map(each -> new Loss.Touched(each.getKey(), each.getValue(), Optional.empty()))
                .sorted(
                        Comparator.comparing(LossReader::isCatalog)
                                .thenComparing(
                                        Comparator.comparingLong(Loss.Touched::changes).reversed())
                                .thenComparing(Loss.Touched::node))
                .toList();
    }

    /// initdb gives them numbers below FirstNormalObjectId; only a rewrite gives them another.
    private static boolean isCatalog(Loss.Touched relation) {
        String node = relation.node();
        return Long.parseLong(node.substring(node.lastIndexOf('/') + 1)) < FIRST_NORMAL_OBJECT_ID;
    }

    @Override
    public void accept(WalRecord record) {
        if (record.commits()) {
            commits++;
        }
        Matcher relation = RELATION.matcher(record.what());
        while (relation.find()) {
            changes.merge(relation.group(1), 1L, Long::sum);
        }
    }
}
