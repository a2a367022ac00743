package io.pgentrypoint.observe.wal;

import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads how far the history on a data directory at rest goes: by its WAL and not by its last
/// checkpoint, which a crash leaves behind. To be read before anything starts or rewinds it: crash
/// recovery alone appends a record.
public final class LocalTimelinesReader {

    private static final int SIGNALLED = 128;

    private final Path wal;
    private final WalState state;
    private final WalDump dump;

    /// @param program pg_waldump
    public LocalTimelinesReader(
            String program,
            Path dataDirectory,
            WalState state,
            Map<String, String> environment,
            Programs programs) {
        this.wal = dataDirectory.resolve("pg_wal");
        this.state = state;
        this.dump = new WalDump(program, wal, state, environment, programs);
    }

    public LocalTimelines read(String systemIdentifier) {
        return read(systemIdentifier, this::end);
    }

    /// Of a server that runs: its log has no end that could be read, and it says itself how far it
    /// has got.
    public LocalTimelines running(String systemIdentifier, Optional<Lsn> said) {
        return read(
                systemIdentifier,
                (history, _) ->
                        said.<WalEnd>map(end ->
                                        new WalEnd.At(
                                                // Replay may not have reached what is here.
                                                Lsn.greatest(
                                                        end, history.beginAt(history.size() - 1))))
                                .orElseGet(() ->
                                        new WalEnd.Unknown(
                                                "the server does not say how far its WAL goes")));
    }

    private LocalTimelines read(
            String systemIdentifier, BiFunction<TimelineHistory, PgWalFiles, WalEnd> end) {
        TimelineHistory history = new TimelineHistory(List.of(), state.timeline());
        try {
            PgWalFiles files = PgWalFiles.in(wal);
            history = history(files);
            return new LocalTimelines(systemIdentifier, history, end.apply(history, files));
        } catch (IOException e) {
            return unknown(systemIdentifier, history, "its WAL cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            return unknown(systemIdentifier, history, String.valueOf(e.getMessage()));
        }
    }

    private static LocalTimelines unknown(String identifier, TimelineHistory history, String why) {
        return new LocalTimelines(identifier, history, new WalEnd.Unknown(why));
    }

    /// pg_control names the timeline of the last checkpoint. After a promotion, or on a standby
    /// that has seen one, the WAL may be on a later one: that of the newest history file which has
    /// segments of its own. A WAL receiver fetches the file before the first of them.
    private TimelineHistory history(PgWalFiles files) throws IOException {
        OptionalInt newest = files.newestHistory();
        if (newest.isEmpty() || newest.getAsInt() <= state.timeline()) {
            return file(state.timeline());
        }
        TimelineHistory whole = file(newest.getAsInt());
        TimelineHistory found =
                whole.upTo(state.timeline())
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        """
                                        its newest history file, of timeline %s, does not \
                                        contain timeline %s, which its last checkpoint is \
                                        on\
                                        """
                                                .formatted(whole.timeline(), state.timeline())));
        for (int i = found.size(); i < whole.size(); i++) {
            int timeline = whole.timelineAt(i);
            if (files.hasSegment(timeline, whole.beginAt(i), state)
                    || timeline == state.minRecoveryTimeline()) {
                found = whole.upTo(timeline).orElseThrow();
            }
        }
        return found;
    }

    private TimelineHistory file(int timeline) throws IOException {
        if (timeline == 1) {
            return TimelineHistory.first();
        }
        Path file = wal.resolve(PgWalFiles.history(timeline));
        try {
            return TimelineHistory.parse(timeline, InputFile.latin1(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "its history file %s is missing".formatted(file.getFileName()), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "its history file %s cannot be used: %s"
                            .formatted(file.getFileName(), e.getMessage()),
                    e);
        }
    }

    private WalEnd end(TimelineHistory history, PgWalFiles files) {
        int index = history.size() - 1;
        int checkpointAt = history.upTo(state.timeline()).map(TimelineHistory::size).orElse(0) - 1;
        Optional<Lsn> left = history.endAt(checkpointAt);
        if (left.isPresent() && state.redo().isAfter(left.get())) {
            return new WalEnd.Unknown(
                    """
                    its last checkpoint, on timeline %s, lies behind the end of that \
                    timeline at %s\
                    """
                            .formatted(state.timeline(), left.get()));
        }
        Lsn begin = Lsn.greatest(state.redo(), history.beginAt(index));
        if (state.minRecoveryEnd().isAfter(begin)) {
            if (state.minRecoveryTimeline() != history.timeline()) {
                return new WalEnd.Unknown(
                        "it was replayed up to timeline %s, and its WAL is on timeline %s"
                                .formatted(state.minRecoveryTimeline(), history.timeline()));
            }
            // A record's end, and all before it is on disk already: no need to read it again.
            begin = state.minRecoveryEnd();
        }
        // There may be no record behind these two; behind a checkpoint's redo there is one.
        boolean mayBeAll = !begin.equals(state.redo());
        return dumped(history.timeline(), begin, mayBeAll, files);
    }

    private WalEnd dumped(int timeline, Lsn begin, boolean mayBeAll, PgWalFiles files) {
        Last last = new Last();
        Outcome outcome = dump.read(timeline, begin, Optional.empty(), last);
        if (outcome.code() > SIGNALLED) {
            throw new Refusal(
                    ExitCode.IO,
                    "cannot tell where the WAL in %s ends: pg_waldump was ended by signal %s"
                            .formatted(wal, outcome.code() - SIGNALLED),
                    "start again; signal 9 comes from the kernel when memory runs out");
        }
        Optional<Lsn> end = last.record().map(record -> record.end(state));
        boolean ended =
                switch (WalDumpEnd.of(outcome.stderr())) {
                    case WalDumpEnd.Meaning.Tail(Lsn behind) ->
                            last.record().filter(each -> each.begin().equals(behind)).isPresent();
                    case WalDumpEnd.Meaning.NothingThere() -> end.isEmpty() && mayBeAll;
                    case WalDumpEnd.Meaning.NoSegment(String name) ->
                            (end.isPresent() || mayBeAll) && !files.hasLater(name);
                    // Without a complaint: the last file was read to its end.
                    case WalDumpEnd.Meaning.Unclear _ ->
                            outcome.succeeded() && (end.isPresent() || mayBeAll);
                };
        if (!ended) {
            return new WalEnd.Unknown(
                    "pg_waldump does not tell the end of its WAL from %s on: %s"
                            .formatted(begin, outcome.stderr().strip().replace('\n', ' ')));
        }
        Lsn found = end.orElse(begin);
        return state.timeline() == timeline && !found.isAfter(state.checkpoint())
                ? new WalEnd.Unknown(
                        "its WAL ends at %s, before its last checkpoint at %s"
                                .formatted(found, state.checkpoint()))
                : new WalEnd.At(found);
    }

    /// The last record of an output that may have millions.
    private static final class Last implements Consumer<String> {

        private @Nullable String line;

        @Override
        public void accept(String said) {
            if (said.startsWith("rmgr:")) {
                line = said;
            }
        }

        Optional<WalRecord> record() {
            return Optional.ofNullable(line).flatMap(WalRecord::parse);
        }
    }
}
