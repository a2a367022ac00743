package io.pgentrypoint.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What people see, why, and what they do about it. Texts are Markdown: the page prints them as
/// they are, the command as plain text.
///
/// @param speaker who says it
/// @param symptom a part of the message; … stands for any text
record Trouble(Speaker speaker, String symptom, String cause, String remedy) {

    /// Whose message it is.
    enum Speaker {
        ENTRYPOINT,
        SERVER
    }

    private static final int SHORTEST_PART = 8;

    static Trouble ours(String symptom, String cause, String remedy) {
        return new Trouble(Speaker.ENTRYPOINT, symptom, cause, remedy);
    }

    static Trouble server(String symptom, String cause, String remedy) {
        return new Trouble(Speaker.SERVER, symptom, cause, remedy);
    }

    /// What stands between the places for any text.
    List<String> parts() {
        List<String> parts = new ArrayList<>();
        for (String part : symptom.split("…", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    /// Whether a line of a log has it, or is a part of it that is long enough to mean it.
    boolean fits(String line) {
        String asked = plain(line);
        String all = plain(symptom);
        if (asked.length() >= SHORTEST_PART && all.contains(asked)) {
            return true;
        }
        int from = 0;
        for (String part : parts()) {
            int at = asked.indexOf(plain(part), from);
            if (at < 0) {
                return false;
            }
            from = at + plain(part).length();
        }
        return true;
    }

    /// Whether any of its texts has that name.
    boolean names(String name) {
        return List.of((symptom + " " + cause + " " + remedy).split("[^A-Za-z0-9_]+", -1))
                .contains(name);
    }

    static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }
}
