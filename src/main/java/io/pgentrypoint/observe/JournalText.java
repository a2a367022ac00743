package io.pgentrypoint.observe;

import io.pgentrypoint.observe.Journal.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The journal as [StateText].
final class JournalText {

    private JournalText() {}

    static String write(Journal journal) {
        List<StateText.Line> lines = new ArrayList<>();
        lines.add(new StateText.Line("phase", word(journal.phase())));
        journal.walDirectory()
                .ifPresent(path -> lines.add(new StateText.Line("wal-directory", path.toString())));
        journal.entries().forEach(entry -> lines.add(new StateText.Line("entry", entry)));
        return StateText.write(lines);
    }

    static Journal parse(String text) {
        Optional<Phase> phase = Optional.empty();
        Optional<Path> walDirectory = Optional.empty();
        List<String> entries = new ArrayList<>();
        for (StateText.Line line : StateText.parse(text)) {
            switch (line.key()) {
                case "phase" -> phase = Optional.of(phase(line.value()));
                case "wal-directory" -> walDirectory = Optional.of(Path.of(line.value()));
                case "entry" -> entries.add(line.value());
                default ->
                        throw new IllegalArgumentException(
                                "it has an unknown line: " + line.key() + "=" + line.value());
            }
        }
        if (phase.isEmpty()) {
            throw new IllegalArgumentException("it names no phase");
        }
        return new Journal(phase.get(), walDirectory, entries);
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
}
