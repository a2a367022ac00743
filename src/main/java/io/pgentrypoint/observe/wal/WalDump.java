package io.pgentrypoint.observe.wal;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Runs pg_waldump over the WAL of a data directory at rest.
final class WalDump {

    private final String program;
    private final Path wal;
    private final WalState state;
    private final Map<String, String> environment;
    private final Programs programs;

    WalDump(
            String program,
            Path wal,
            WalState state,
            Map<String, String> environment,
            Programs programs) {
        this.program = program;
        this.wal = wal;
        this.state = state;
        this.environment = new TreeMap<>(environment);
        // What it says is translated otherwise.
        this.environment.put("LC_ALL", "C");
        this.environment.put("PG_COLOR", "never");
        this.programs = programs;
    }

    /// @param end of the reading; until what is no record any more, when absent
    Outcome read(int timeline, Lsn begin, Optional<Lsn> end, Consumer<String> eachLine) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                program,
                                "-p",
                                wal.toString(),
                                "-t",
                                String.valueOf(timeline),
                                "-s",
                                begin.toString()));
        List<String> files = files(timeline, begin, end);
        end.filter(position -> files.isEmpty() || isIn(files.getLast(), timeline, position))
                .ifPresent(position -> argv.addAll(List.of("-e", position.toString())));
        argv.addAll(files);
        return programs.read(new Command("pg_waldump", argv, environment), eachLine);
    }

    /// The first and the last to be read. Given a file, pg_waldump takes the size of a segment from
    /// it, and else from the one that readdir(3) returns first. That may be one that the server has
    /// made in advance: all of it is 0, the size too, and pg_waldump ends.
    ///
    /// @return none where the first is not there, or holds nothing yet
    private List<String> files(int timeline, Lsn begin, Optional<Lsn> end) {
        String first = PgWalFiles.segment(timeline, begin, state);
        if (!isWritten(wal.resolve(first))) {
            return List.of();
        }
        Optional<String> limit = end.map(position -> PgWalFiles.segment(timeline, position, state));
        try {
            String last =
                    PgWalFiles.in(wal)
                            .segments(timeline)
                            .filter(name ->
                                    limit.map(most -> name.compareTo(most) <= 0).orElse(true))
                            .max(Comparator.naturalOrder())
                            .orElse(first);
            return last.compareTo(first) > 0 ? List.of(first, last) : List.of(first);
        } catch (IOException e) {
            return List.of();
        }
    }

    /// pg_waldump takes no end that is not in the last file, or right behind it.
    private boolean isIn(String segment, int timeline, Lsn position) {
        return segment.equals(PgWalFiles.segment(timeline, position, state))
                || (state.offset(position) == 0
                        && segment.equals(PgWalFiles.segment(timeline, position.plus(-1), state)));
    }

    private static boolean isWritten(Path segment) {
        try (InputStream bytes = Files.newInputStream(segment)) {
            return bytes.read() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
