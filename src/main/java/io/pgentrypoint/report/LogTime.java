package io.pgentrypoint.report;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/// The time of a log line as PostgreSQL's own log_line_prefix %m: `2026-01-31 10:20:30.456 UTC`.
final class LogTime {

    /// Zones without rules, by the name that the JDK knows for them. The JDK looks for that name in
    /// its locale data, which takes a young VM longer than the line itself.
    private static final Map<String, String> PLAIN =
            Map.of("Etc/UTC", "UTC", "UTC", "UTC", "GMT", "GMT", "Etc/GMT", "GMT");

    /// Made when the first line of another zone is written.
    private static final class Named {
        private static final DateTimeFormatter ZONE =
                DateTimeFormatter.ofPattern("z", Locale.ENGLISH);
    }

    void appendTo(StringBuilder line, Instant instant, ZoneId zone) {
        String plain = PLAIN.get(zone.getId());
        if (plain != null) {
            append(
                    line,
                    LocalDateTime.ofEpochSecond(
                            instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC));
            line.append(plain);
        } else {
            append(line, LocalDateTime.ofInstant(instant, zone));
            Named.ZONE.formatTo(instant.atZone(zone), line);
        }
    }

    private static void append(StringBuilder line, LocalDateTime time) {
        number(line, time.getYear(), 4, '-');
        number(line, time.getMonthValue(), 2, '-');
        number(line, time.getDayOfMonth(), 2, ' ');
        number(line, time.getHour(), 2, ':');
        number(line, time.getMinute(), 2, ':');
        number(line, time.getSecond(), 2, '.');
        number(line, time.getNano() / 1_000_000, 3, ' ');
    }

    private static void number(StringBuilder line, int number, int digits, char end) {
        String text = Integer.toString(number);
        line.repeat('0', Math.max(0, digits - text.length())).append(text).append(end);
    }
}
