package io.pgentrypoint.observe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How far a first boot has come. The file exists only while one is under way. [#text()] is what
/// the file holds, and [#parse(String)] reads it.
///
/// @param walDirectory a WAL directory outside PGDATA whose content is ours
/// @param entries while publishing: what moves from staging to PGDATA, in this order
public record Journal(Phase phase, Optional<Path> walDirectory, List<String> entries) {

    public Journal {
        entries = List.copyOf(entries);
        for (String entry : entries) {
            // It names files to rename and to delete.
            if (entry.isEmpty() || entry.equals(".") || entry.equals("..") || entry.contains("/")) {
                throw new IllegalArgumentException("not the name of a directory entry: " + entry);
            }
        }
        if (walDirectory.isPresent() && !walDirectory.get().isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path: " + walDirectory.get());
        }
    }

    /// Building may be thrown away; publishing must be finished.
    public enum Phase {
        BUILDING,
        PUBLISHING
    }

    public String text() {
        return JournalText.write(this);
    }

    /// The journal that was written.
    ///
    /// @throws IllegalArgumentException when the text is not a whole one
    public static Journal parse(String text) {
        return JournalText.parse(text);
    }
}
