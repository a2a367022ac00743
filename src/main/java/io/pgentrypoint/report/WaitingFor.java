package io.pgentrypoint.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a server that stops still waits for, from the titles of its processes: it takes no new
/// connection by then, so no query can ask.
public final class WaitingFor {

    private static final String PREFIX = "postgres: ";
    // "user database [local] activity" or "user database 10.0.0.7(51234) activity"
    private static final Pattern CLIENT = Pattern.compile(".* (\\[local]|\\S+\\(\\d+\\))( .*)?");

    private WaitingFor() {}

    /// @param titles of the server's children
    public static String sentence(List<String> titles) {
        List<String> parts = new ArrayList<>();
        List<String> all = titles.stream().map(WaitingFor::activity).toList();
        long sessions = all.stream().filter(WaitingFor::isSession).count();
        if (sessions > 0) {
            long idle = all.stream().filter(one -> isSession(one) && one.endsWith(" idle")).count();
            parts.add(
                    (sessions == 1 ? "1 session" : sessions + " sessions")
                            + (idle == 0 ? "" : " (%s idle)".formatted(idle)));
        }
        all.stream().filter(WaitingFor::isWalSender).forEach(parts::add);
        all.stream()
                .filter(one -> one.startsWith("checkpointer"))
                .map(one -> one.equals("checkpointer") ? "the checkpointer" : one)
                .forEach(parts::add);
        all.stream().filter(one -> one.startsWith("archiver")).forEach(parts::add);
        all.stream().filter(one -> one.startsWith("startup")).forEach(parts::add);
        return parts.isEmpty() ? "the server's own end" : String.join(", ", parts);
    }

    // With cluster_name the title is "postgres: name: activity".
    private static String activity(String title) {
        String text = title.startsWith(PREFIX) ? title.substring(PREFIX.length()) : title;
        int colon = text.indexOf(": ");
        return (colon < 0 ? text : text.substring(colon + 2)).strip();
    }

    private static boolean isWalSender(String activity) {
        return activity.startsWith("walsender ");
    }

    private static boolean isSession(String activity) {
        return !isWalSender(activity) && CLIENT.matcher(activity).matches();
    }
}
