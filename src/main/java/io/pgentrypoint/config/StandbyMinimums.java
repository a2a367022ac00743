package io.pgentrypoint.config;

import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The settings that a standby must not run with less of than its primary
/// (`CheckRequiredParameterValues`): with less it does not start, or its replay pauses.
public final class StandbyMinimums {

    /// What holds when nobody says otherwise: PostgreSQL's defaults, of which our own
    /// max_wal_senders is one.
    private static final SortedMap<String, Integer> DEFAULTS =
            new TreeMap<>(
                    Map.of(
                            "max_connections", 100,
                            "max_worker_processes", 8,
                            "max_wal_senders", 10,
                            "max_prepared_transactions", 0,
                            "max_locks_per_transaction", 64));

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(0[xX][0-9a-fA-F]{1,7}|[0-9]{1,9})");

    private StandbyMinimums() {}

    /// A setting that would be too low.
    ///
    /// @param asked what would hold otherwise
    /// @param argument whether an argument of the server says so, which wins over every file
    public record TooLow(String name, int asked, int needed, boolean argument) {

        /// For the log.
        public String sentence() {
            return argument
                    ? "the argument %s=%d is below the primary's %d".formatted(name, asked, needed)
                    : "%s is raised from %d to the primary's %d".formatted(name, asked, needed);
        }
    }

    /// @param minimums by setting name; other names are ignored
    public static List<TooLow> tooLow(Settings settings, Map<String, Integer> minimums) {
        List<TooLow> found = new ArrayList<>();
        DEFAULTS.forEach((name, builtIn) -> {
            int needed = minimums.getOrDefault(name, 0);
            Optional<String> argument = settings.serverArguments().setting(name);
            Optional<String> asked =
                    argument.or(() -> Optional.ofNullable(settings.serverSettings().get(name)));
            int value = asked.map(StandbyMinimums::number).orElse(builtIn);
            if (value < needed) {
                found.add(new TooLow(name, value, needed, argument.isPresent()));
            }
        });
        return List.copyOf(found);
    }

    // As the server reads it: 0x is hexadecimal, a leading 0 is octal. Something that is no number
    // is left for the server to refuse.
    private static int number(String text) {
        try {
            return NUMBER.matcher(text.strip()).matches()
                    ? Integer.decode(text.strip())
                    : Integer.MAX_VALUE;
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
