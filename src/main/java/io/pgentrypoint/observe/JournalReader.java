package io.pgentrypoint.observe;

import io.pgentrypoint.node.Journal;
import io.pgentrypoint.settings.Layout;
import java.util.Optional;

/// Finds the journal of a first boot.
final class JournalReader {

    private JournalReader() {}

    static Optional<Journal> read(Layout layout) throws Unreadable {
        Optional<String> text = FileBytes.utf8(layout.journal());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Journal.parse(text.get()));
        } catch (IllegalArgumentException e) {
            throw new Unreadable(
                    "the journal of its first boot, "
                            + layout.journal()
                            + ", cannot be used: "
                            + e.getMessage());
        }
    }
}
