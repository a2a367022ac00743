package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.datadir.Journal.Outside;
import io.pgentrypoint.observe.datadir.Journal.Phase;
import io.pgentrypoint.observe.datadir.Journal.Proof;
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
    private static final String WAL = "wal";
    private static final String TABLESPACE = "tablespace";
    private static final String BESIDE = "-beside";
    private static final String EMPTY = "empty";

    private JournalText() {}

    static String write(Journal journal) {
        StringBuilder text = new StringBuilder();
        text.append("phase=").append(word(journal.phase())).append('\n');
        journal.wal().ifPresent(wal -> outside(text, WAL, wal));
        journal.tablespaces().forEach(each -> outside(text, TABLESPACE, each));
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
        List<Path> wal = new ArrayList<>();
        List<Path> walBeside = new ArrayList<>();
        List<Path> tablespaces = new ArrayList<>();
        List<Path> tablespacesBeside = new ArrayList<>();
        List<Path> empty = new ArrayList<>();
        Optional<String> place = Optional.empty();
        List<String> entries = new ArrayList<>();
        String systemIdentifier = "";
        String mark = "";
        for (String line : lines.subList(0, lines.size() - 1)) {
            String value = decoded(line.substring(line.indexOf('=') + 1));
            switch (line.substring(0, Math.max(0, line.indexOf('=')))) {
                case "phase" -> phase = Optional.of(phase(value));
                case WAL -> wal.add(Path.of(value));
                case WAL + BESIDE -> walBeside.add(Path.of(value));
                case TABLESPACE -> tablespaces.add(Path.of(value));
                case TABLESPACE + BESIDE -> tablespacesBeside.add(Path.of(value));
                case EMPTY -> empty.add(Path.of(value));
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
        boolean proven = !systemIdentifier.isEmpty() && !mark.isEmpty();
        boolean provable = phase.get() == Phase.RUNNING_SCRIPTS || phase.get() == Phase.DISCARDING;
        if (provable && !proven) {
            throw new IllegalArgumentException("it does not say which cluster it is about");
        }
        if (phase.get() == Phase.WITHDRAWING && place.isEmpty()) {
            throw new IllegalArgumentException("it does not say where to the cluster is moved");
        }
        return new Journal(
                phase.get(),
                outside(wal, walBeside, empty).stream().findFirst(),
                outside(tablespaces, tablespacesBeside, empty),
                entries,
                place,
                proven ? Optional.of(new Proof(systemIdentifier, mark)) : Optional.empty());
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(encoded(value)).append('\n');
    }

    private static void outside(StringBuilder text, String key, Outside outside) {
        line(text, key, outside.place().toString());
        line(text, key + BESIDE, outside.beside().toString());
        if (!outside.filled()) {
            line(text, EMPTY, outside.place().toString());
        }
    }

    private static List<Outside> outside(List<Path> places, List<Path> besides, List<Path> empty) {
        if (places.size() != besides.size()) {
            throw new IllegalArgumentException("it does not say where each part is built");
        }
        List<Outside> parts = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Path place = places.get(i);
            parts.add(new Outside(place, besides.get(i), !empty.contains(place)));
        }
        return parts;
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
