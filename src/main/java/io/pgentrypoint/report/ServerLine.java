package io.pgentrypoint.report;

import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// From a line of the server's log to an object. The time is that of its arrival here: the server's
/// own depends on log_line_prefix and log_timezone, and stays in the message where it is not the
/// default prefix.
public final class ServerLine {

    // log_line_prefix '%m [%p] ' and the severities of elog.c. Where lc_messages translates them,
    // the
    // line counts as information.
    private static final Pattern LINE =
            Pattern.compile(
                    "(?:\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\S+ \\[(\\d+)] )?"
                            + "(?:(DEBUG|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC):  (.*)"
                            // What follows a message, with its label.
                            + "|((?:DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE):  .*))",
                    Pattern.DOTALL);
    private static final String SOURCE = "postgres";

    // Python's logging, in Patroni's default format
    private static final Pattern PATRONI =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}"
                            + " (DEBUG|INFO|WARNING|ERROR|CRITICAL): (.*)",
                    Pattern.DOTALL);

    private ServerLine() {}

    public static String json(String line) {
        return json(line, Clock.systemUTC());
    }

    static String json(String line, Clock clock) {
        Matcher match = LINE.matcher(line);
        Matcher patroni = PATRONI.matcher(line);
        if (patroni.matches()) {
            String level = patroni.group(1).equals("CRITICAL") ? "ERROR" : patroni.group(1);
            return new JsonLine(clock.instant(), level(level), "patroni", patroni.group(2)).text();
        }
        if (!match.matches()) {
            return new JsonLine(clock.instant(), "INFO", SOURCE, line).text();
        }
        String more = match.group(4);
        JsonLine json =
                more == null
                        ? new JsonLine(
                                clock.instant(), level(match.group(2)), SOURCE, match.group(3))
                        : new JsonLine(clock.instant(), "INFO", SOURCE, more);
        String pid = match.group(1);
        return (pid == null ? json : json.with("pid", pid)).text();
    }

    private static String level(String severity) {
        return switch (severity) {
            case "LOG", "NOTICE" -> "INFO";
            case "WARNING" -> "WARN";
            default -> severity;
        };
    }
}
