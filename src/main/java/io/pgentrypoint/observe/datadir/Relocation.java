package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.wal.WalNames;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A cluster between its data directory and a directory of ours in the state directory: it is built
/// there and moves in, or moves out and perhaps back. A first boot, a clone, a rewind and a reclone
/// differ in this data, not in how the moves are made.
///
/// @param place the name of our directory in the state directory
/// @param external what of the cluster lies outside its data directory, WAL first
/// @param entries of a cluster that moves in, once all of it is on disk: those that must arrive; of
///   one that is discarded in its place: those that may be gone already
/// @param proof of a cluster that lies in its place and may still be discarded
/// @param upgrade of a cluster whose place an older one still has
public record Relocation(
        Purpose purpose,
        String place,
        List<External> external,
        List<String> entries,
        Optional<Proof> proof,
        Optional<Upgrade> upgrade) {

    /// For the words of a plan.
    public enum Purpose {
        FIRST_BOOT,
        RECLONE,
        REWIND,
        UPGRADE
    }

    public enum Kind {
        WAL,
        TABLESPACE;

        /// Whether that is the name of something that the server makes there.
        public boolean isContent(String name, String major) {
            return switch (this) {
                case WAL -> WalNames.isWal(name);
                case TABLESPACE -> name.startsWith("PG_" + major + "_");
            };
        }
    }

    /// A WAL directory or a tablespace outside the data directory.
    ///
    /// @param place where it belongs
    /// @param beside the directory of ours in which it is built, or to which it moves
    /// @param filled whether there is anything of it; else an empty place says nothing
    public record External(Kind kind, Path place, Path beside, boolean filled) {

        public External {
            requireAbsolute(place);
            requireAbsolute(beside);
        }

        public static External wal(Path place, Path beside) {
            return new External(Kind.WAL, place, beside, true);
        }

        public static External tablespace(Path place, Path beside) {
            return new External(Kind.TABLESPACE, place, beside, true);
        }

        public External filled(boolean now) {
            return new External(kind, place, beside, now);
        }

        private static void requireAbsolute(Path path) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("not an absolute path: " + path);
            }
        }
    }

    /// What no other cluster and no other server has.
    ///
    /// @param systemIdentifier of the cluster that is being prepared
    /// @param mark an argument of the server that prepares it, in postmaster.opts from then on
    public record Proof(String systemIdentifier, String mark) {}

    /// Between two major versions.
    ///
    /// @param aside the name of our directory to which the old cluster moves
    /// @param linked whether the two share their files
    public record Upgrade(int from, int to, String aside, boolean linked) {
        public Upgrade {
            requireName(aside);
            if (!Layout.isReplaced(aside)) {
                throw new IllegalArgumentException("not a directory for an old cluster: " + aside);
            }
        }

        /// From the newer version to the older one, which was kept.
        public boolean goesBack() {
            return to < from;
        }
    }

    public Relocation {
        external = List.copyOf(external);
        entries = List.copyOf(entries);
        entries.forEach(Relocation::requireName);
        // It names what is moved, and what is deleted.
        requireName(place);
        if (!place.equals(Layout.STAGING) && !Layout.isReplaced(place)) {
            throw new IllegalArgumentException("not a directory for a cluster: " + place);
        }
        if ((purpose == Purpose.UPGRADE) != upgrade.isPresent()) {
            throw new IllegalArgumentException("an upgrade needs its versions");
        }
    }

    public static Relocation of(Purpose purpose, String place) {
        return new Relocation(
                purpose, place, List.of(), List.of(), Optional.empty(), Optional.empty());
    }

    public static Relocation of(String place, Upgrade upgrade) {
        return new Relocation(
                Purpose.UPGRADE,
                place,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(upgrade));
    }

    public static Relocation firstBoot(List<External> external) {
        return of(Purpose.FIRST_BOOT, Layout.STAGING).with(external);
    }

    public Relocation with(List<External> now) {
        return new Relocation(purpose, place, now, entries, proof, upgrade);
    }

    public Relocation moving(List<String> now) {
        return new Relocation(purpose, place, external, now, proof, upgrade);
    }

    public Relocation proven(Proof now) {
        return new Relocation(purpose, place, external, entries, Optional.of(now), upgrade);
    }

    private static void requireName(String entry) {
        if (entry.isEmpty() || entry.equals(".") || entry.equals("..") || entry.contains("/")) {
            throw new IllegalArgumentException("not the name of a directory entry: " + entry);
        }
    }
}
