package io.pgentrypoint.observe.datadir;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How far a first boot or a rewind has come. The file exists only while one is under way.
/// [#text()] is what the file holds, and [#parse(String)] reads it.
///
/// @param wal the WAL directory, where it lies outside the data directory
/// @param tablespaces those that lie outside the data directory
/// @param entries while publishing: what moves from staging to PGDATA, in this order; while
///   withdrawing: what moves the other way
/// @param place while withdrawing: the name, in the state directory, of where it moves to
/// @param proof while scripts run: how to tell the cluster in PGDATA from one that is not ours to
///   throw away
public record Journal(
        Phase phase,
        Optional<Outside> wal,
        List<Outside> tablespaces,
        List<String> entries,
        Optional<String> place,
        Optional<Proof> proof) {

    public Journal(Phase phase, Optional<Outside> wal, List<String> entries) {
        this(phase, wal, List.of(), entries, Optional.empty(), Optional.empty());
    }

    public Journal {
        entries = List.copyOf(entries);
        entries.forEach(Journal::requireName);
        place.ifPresent(Journal::requireName);
        tablespaces = List.copyOf(tablespaces);
    }

    /// Building may be thrown away; publishing must be finished. While scripts run the cluster lies
    /// in its place and may still be thrown away, which goes on once it has begun. Withdrawing is
    /// taken back; and what is being rewound may be neither the old cluster nor the new one, so
    /// that nothing starts it. What was rewound is a standby, on disk, and is published.
    public enum Phase {
        BUILDING,
        PUBLISHING,
        RUNNING_SCRIPTS,
        DISCARDING,
        WITHDRAWING,
        REWINDING,
        REWOUND
    }

    /// A part of the cluster that does not lie in its data directory.
    ///
    /// @param place where it belongs
    /// @param beside the directory of ours in which it is built, or to which it was moved
    /// @param filled whether there is anything of it; else an empty place says nothing
    public record Outside(Path place, Path beside, boolean filled) {

        public static Outside filled(Path place, Path beside) {
            return new Outside(place, beside, true);
        }

        public Outside {
            requireAbsolute(place);
            requireAbsolute(beside);
        }
    }

    /// What no other cluster and no other server has.
    ///
    /// @param systemIdentifier of the cluster that is being prepared
    /// @param mark an argument of the server that prepares it, in postmaster.opts from then on
    public record Proof(String systemIdentifier, String mark) {}

    public static Journal runningScripts(Optional<Outside> wal, Proof proof) {
        return new Journal(
                Phase.RUNNING_SCRIPTS,
                wal,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(proof));
    }

    public static Journal withdrawing(List<String> entries, String place) {
        return new Journal(
                Phase.WITHDRAWING,
                Optional.empty(),
                List.of(),
                entries,
                Optional.of(place),
                Optional.empty());
    }

    public Journal withParts(Optional<Outside> walOutside, List<Outside> outside) {
        return new Journal(phase, walOutside, outside, entries, place, proof);
    }

    public Journal in(Phase next) {
        return new Journal(next, wal, tablespaces, entries, place, proof);
    }

    public static Journal building(Optional<Outside> wal, List<Outside> tablespaces) {
        return new Journal(
                Phase.BUILDING, wal, tablespaces, List.of(), Optional.empty(), Optional.empty());
    }

    public Journal publishing(List<String> moving, List<Outside> built) {
        return new Journal(Phase.PUBLISHING, wal, built, moving, Optional.empty(), proof);
    }

    private static void requireAbsolute(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path: " + path);
        }
    }

    /// It names files to rename and to delete.
    private static void requireName(String entry) {
        if (entry.isEmpty() || entry.equals(".") || entry.equals("..") || entry.contains("/")) {
            throw new IllegalArgumentException("not the name of a directory entry: " + entry);
        }
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
