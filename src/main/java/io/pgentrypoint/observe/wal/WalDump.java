package io.pgentrypoint.observe.wal;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Runs pg_waldump over the WAL of a data directory at rest.
final class WalDump {

    private final String program;
    private final Path wal;
    private final Map<String, String> environment;
    private final Programs programs;

    WalDump(String program, Path wal, Map<String, String> environment, Programs programs) {
        this.program = program;
        this.wal = wal;
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
        end.ifPresent(position -> argv.addAll(List.of("-e", position.toString())));
        return programs.read(new Command("pg_waldump", argv, environment), eachLine);
    }
}
