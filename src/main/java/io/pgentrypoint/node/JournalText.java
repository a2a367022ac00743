package io.pgentrypoint.node;

import io.pgentrypoint.node.Journal.Phase;
import io.pgentrypoint.node.Journal.Proof;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The journal as lines of `key=value`, so that a person can read it too. The last line is `end`: a
/// text that was cut off at a line break must not pass for a shorter list of entries.
final class JournalText {

    private static final String END = "end";

    private JournalText() {}

    static String write(Journal journal) {
        StringBuilder text = new StringBuilder();
        text.append("phase=").append(word(journal.phase())).append('\n');
        journal.walDirectory().ifPresent(path -> line(text, "wal-directory", path.toString()));
        for (Journal.Tablespace each : journal.tablespaces()) {
            line(text, "tablespace", each.place().toString());
            line(text, "staged", each.staged().toString());
        }
        journal.place().ifPresent(place -> line(text, "place", place));
        journal.entries().forEach(entry -> line(text, "entry", entry));
        journal.proof()
                .ifPresent(proof -> {
                    line(text, "system-identifier", proof.systemIdentifier());
                    line(text, "mark", proof.mark());
                });
        return text.append(END).append('\n').toString();
    }

    static Journal parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.getLast().equals(END) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("it is cut off");
        }
        Optional<Phase> phase = Optional.empty();
        Optional<Path> walDirectory = Optional.empty();
        List<Path> places = new ArrayList<>();
        List<Path> staged = new ArrayList<>();
        Optional<String> place = Optional.empty();
        List<String> entries = new ArrayList<>();
        String systemIdentifier = "";
        String mark = "";
        for (String line : lines.subList(0, lines.size() - 1)) {
            String value = decoded(line.substring(line.indexOf('=') + 1));
            switch (line.substring(0, Math.max(0, line.indexOf('=')))) {
                case "phase" -> phase = Optional.of(phase(value));
                case "wal-directory" -> walDirectory = Optional.of(Path.of(value));
                case "tablespace" -> places.add(Path.of(value));
                case "staged" -> staged.add(Path.of(value));
                case "place" -> place = Optional.of(value);
                case "entry" -> entries.add(value);
                case "system-identifier" -> systemIdentifier = value;
                case "mark" -> mark = value;
                default -> throw new IllegalArgumentException("it has the unknown line " + line);
            }
        }
        if (phase.isEmpty()) {
            throw new IllegalArgumentException("it names no phase");
        }
        if (places.size() != staged.size()) {
            throw new IllegalArgumentException("it does not say where each tablespace is built");
        }
        List<Journal.Tablespace> tablespaces = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            tablespaces.add(new Journal.Tablespace(places.get(i), staged.get(i)));
        }
        boolean proven = !systemIdentifier.isEmpty() && !mark.isEmpty();
        if (phase.get() == Phase.RUNNING_SCRIPTS && !proven) {
            throw new IllegalArgumentException("it does not say which cluster it is about");
        }
        return new Journal(
                phase.get(),
                walDirectory,
                tablespaces,
                entries,
                place,
                proven ? Optional.of(new Proof(systemIdentifier, mark)) : Optional.empty());
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(encoded(value)).append('\n');
    }

    private static String word(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private static Phase phase(String word) {
        for (Phase phase : Phase.values()) {
            if (word(phase).equals(word)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("it has the unknown phase " + word);
    }

    /// Percent-encodes the escape sign itself and whatever could end a line.
    private static String encoded(String value) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' || Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
                }
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private static String decoded(String value) {
        // URLDecoder, which takes a + for a blank: it is protected first.
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
