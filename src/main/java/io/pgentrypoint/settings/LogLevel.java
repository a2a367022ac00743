package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.Locale;
import java.util.Set;

/// The words of `LOG_LEVEL`.
final class LogLevel {

    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");

    private LogLevel() {}

    static String parse(String text) throws BadValue {
        String level = text.strip().toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new BadValue("must be one of error, warn, info, debug", "use one of them");
        }
        return level;
    }
}
