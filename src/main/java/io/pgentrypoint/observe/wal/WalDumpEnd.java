package io.pgentrypoint.observe.wal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why pg_waldump stopped: at what the server too takes for the end of the log, or at something
/// else, of which nobody may guess what it means.
final class WalDumpEnd {

    private static final Pattern AT_RECORD =
            Pattern.compile("error in WAL record at ([0-9A-F]{1,8}/[0-9A-F]{1,8}): (.*)");
    private static final Pattern NO_RECORD_AFTER =
            Pattern.compile("could not find a valid record after [0-9A-F]+/[0-9A-F]+(:.*)?");
    private static final Pattern NO_FILE =
            Pattern.compile("could not find file \"([0-9A-F]{24})\".*");

    /// report_invalid_record in xlogreader.c: a tail of zeros, of an older use of the segment, or
    /// of a record that was never finished. Two of its messages are left out on purpose: a file of
    /// another cluster, and a timeline that goes backwards.
    private static final List<Pattern> TAILS =
            List.of(
                    Pattern.compile("invalid record offset at .*"),
                    Pattern.compile("contrecord is requested by .*"),
                    Pattern.compile("invalid record length at .*"),
                    Pattern.compile("record length \\d+ at .* too long"),
                    Pattern.compile("there is no contrecord flag at .*"),
                    Pattern.compile("invalid contrecord length .*"),
                    Pattern.compile("missing contrecord at .*"),
                    Pattern.compile("invalid resource manager ID .*"),
                    Pattern.compile("record with incorrect prev-link .*"),
                    Pattern.compile("incorrect resource manager data checksum .*"),
                    Pattern.compile("invalid magic number .*"),
                    Pattern.compile("invalid info bits .*"),
                    Pattern.compile("unexpected pageaddr .*"));

    private WalDumpEnd() {}

    /// What the last line means.
    sealed interface Meaning {

        /// The log ends behind this record, the last one that was shown.
        record Tail(Lsn last) implements Meaning {}

        /// There is no record at or after the position that was asked for.
        record NothingThere() implements Meaning {}

        /// The log ends before this segment, or the segment is missing.
        record NoSegment(String name) implements Meaning {}

        record Unclear(String said) implements Meaning {}
    }

    static Meaning of(String stderr) {
        String last = stderr.lines().reduce("", (_, line) -> line.isBlank() ? "" : line);
        // "error" since 14, "fatal" before
        String said = last.replaceFirst("^pg_waldump: (error|fatal): ", "");
        Matcher noFile = NO_FILE.matcher(said);
        if (noFile.matches()) {
            return new Meaning.NoSegment(noFile.group(1));
        }
        if (NO_RECORD_AFTER.matcher(said).matches()) {
            return new Meaning.NothingThere();
        }
        Matcher record = AT_RECORD.matcher(said);
        return record.matches()
                        && TAILS.stream().anyMatch(tail -> tail.matcher(record.group(2)).matches())
                ? new Meaning.Tail(Lsn.parse(record.group(1)))
                : new Meaning.Unclear(said);
    }
}
