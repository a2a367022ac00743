package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The arguments that follow `postgres` on the command line. They are the server's; we only look up
/// the settings among them, since they win over every file.
public record ServerArguments(List<String> words) {

    public ServerArguments {
        words = List.copyOf(words);
    }

    /// The value given by `-c name=value`, `-cname=value` or `--name=value`; the last one wins.
    public Optional<String> setting(String name) {
        Optional<String> found = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-c") && i + 1 < words.size()) {
                found = value(words.get(i + 1), name).or(latest(found));
            } else if (word.startsWith("--")) {
                found = value(word.substring(2), name).or(latest(found));
            } else if (word.startsWith("-c")) {
                found = value(word.substring(2), name).or(latest(found));
            }
        }
        return found;
    }

    /// Whether the server reads another postgresql.conf than that of its data directory: `-c
    /// config_file=…`, or a `-D` of the user's own, which names a directory of configuration then.
    public boolean nameConfiguration() {
        return setting("config_file").isPresent()
                || words.stream().anyMatch(word -> word.startsWith("-D"));
    }

    /// PGDATA is what the lock, the heartbeat and the plan are about.
    void check(Path dataDirectory, Environment environment) {
        setting("data_directory")
                .filter(named -> !Path.of(named).normalize().equals(dataDirectory.normalize()))
                .ifPresent(named ->
                        environment.report(
                                Problem.error(
                                        Variables.PGDATA.name(),
                                        dataDirectory.toString(),
                                        "is not the data_directory of the server's arguments, %s"
                                                .formatted(named),
                                        "set PGDATA to the one that holds the data, and leave the argument out")));
    }

    private static java.util.function.Supplier<Optional<String>> latest(Optional<String> found) {
        return () -> found;
    }

    // The server reads - in a name as _ (ParseLongOption).
    private static Optional<String> value(String assignment, String name) {
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            return Optional.empty();
        }
        String key = assignment.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT);
        return key.equals(name) ? Optional.of(assignment.substring(equals + 1)) : Optional.empty();
    }
}
