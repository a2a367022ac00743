package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Asks pg_controldata of the installed major version; the file's own layout differs between them.
public final class ControlDataReader {

    private static final int ATTEMPTS = 3;

    private final Installation installation;
    private final Map<String, String> environment;
    private final Programs programs;

    public ControlDataReader(
            Installation installation, Map<String, String> environment, Programs programs) {
        this.installation = installation;
        this.environment = new TreeMap<>(environment);
        // Its output is translated otherwise.
        this.environment.put("LC_ALL", "C");
        this.environment.put("PG_COLOR", "never");
        this.programs = programs;
    }

    public ControlData read(Path dataDirectory) throws Unreadable {
        Outcome outcome = ask(dataDirectory);
        // A running server may write the file while it is read: a wrong checksum that lasts is
        // real.
        for (int i = 1; i < ATTEMPTS && isUntrustworthy(outcome); i++) {
            outcome = ask(dataDirectory);
        }
        if (!outcome.succeeded()) {
            throw new Unreadable(firstLine(outcome.stderr()));
        }
        if (isUntrustworthy(outcome)) {
            throw new Unreadable(
                    "global/pg_control is corrupt: its checksum does not match its content");
        }
        return ControlDataText.parse(outcome.stdout());
    }

    private Outcome ask(Path dataDirectory) {
        return programs.run(
                new Command(
                        "pg_controldata",
                        List.of(
                                installation.program("pg_controldata"),
                                "-D",
                                dataDirectory.toString()),
                        environment));
    }

    /// Exit code 0 and a warning, on stdout up to PostgreSQL 15 and on stderr since.
    private static boolean isUntrustworthy(Outcome outcome) {
        String said = outcome.stdout() + outcome.stderr();
        return outcome.succeeded()
                && (said.contains("CRC checksum does not match")
                        || said.contains("invalid WAL segment size"));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("pg_controldata failed without a word");
    }
}
