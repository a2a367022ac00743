package io.pgentrypoint.observe.wal;

import io.pgentrypoint.observe.volume.ClusterLinks;
import io.pgentrypoint.observe.volume.Mounts;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Where the parts of a cluster lie, how large it is, and what room is left: whether it can be
/// moved within its file system, and whether there is room for what is to come.
final class RelocationCheck {

    // What a clone writes beside the databases: configuration, the WAL of its own time.
    private static final long BESIDE = 64L << 20;

    private final Layout layout;
    private final Optional<Path> walDirectory;

    /// @param walDirectory where a clone is to put its WAL, if outside
    RelocationCheck(Path dataDirectory, Optional<Path> walDirectory) {
        this.layout = new Layout(dataDirectory);
        this.walDirectory = walDirectory;
    }

    List<String> moveBlockers() {
        List<String> blockers = new ArrayList<>();
        try {
            for (Path mount : Mounts.read().below(layout.dataDirectory().toRealPath())) {
                blockers.add(
                        """
                        %s is a mount of its own and cannot be renamed; unmount it for \
                        this start (a single mounted file too)\
                        """
                                .formatted(mount));
            }
            Optional<Path> wal = ClusterLinks.wal(layout.dataDirectory());
            if (wal.isPresent()) {
                blockers.addAll(moveBlockers("its WAL", wal.get()));
            }
            for (Path link : ClusterLinks.tablespaces(layout.dataDirectory())) {
                blockers.addAll(moveBlockers("a tablespace", link));
            }
        } catch (IOException e) {
            blockers.add("the data directory cannot be looked through: " + e);
        }
        return blockers;
    }

    boolean hasTablespace(String name) {
        return Files.exists(
                layout.dataDirectory().resolve("pg_tblspc").resolve(name),
                LinkOption.NOFOLLOW_LINKS);
    }

    boolean hasTablespacesOutside() {
        try {
            return !ClusterLinks.tablespaces(layout.dataDirectory()).isEmpty();
        } catch (IOException e) {
            // Which is an obstacle of its own.
            return true;
        }
    }

    /// It moves within its place.
    private List<String> moveBlockers(String what, Path link) throws IOException {
        Path place = ClusterLinks.target(link);
        if (!Files.readSymbolicLink(link).isAbsolute()) {
            return List.of(link + " is a relative link, which leads elsewhere once it is moved");
        }
        if (!isTold(place)) {
            return List.of(
                    """
                    %s lies in %s, a name that cannot be written down in this locale's \
                    encoding; LANG=C.UTF-8 may help\
                    """
                            .formatted(what, place));
        }
        if (place.startsWith(layout.dataDirectory())) {
            return List.of("%s lies inside the data directory, at %s".formatted(what, place));
        }
        return Files.isDirectory(place) && Files.isWritable(place)
                ? List.of()
                : List.of(
                        "%s lies in %s, which is not there or not writable for this user"
                                .formatted(what, place));
    }

    /// Whether its text leads back to it: a journal holds texts, and one that leads elsewhere, or
    /// is no path at all, would leave the cluster where it was moved to.
    private static boolean isTold(Path place) {
        try {
            return Path.of(place.toString()).equals(place);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    List<String> moveAsideBlockers(long databaseBytes) {
        List<String> blockers = new ArrayList<>(moveBlockers());
        if (blockers.isEmpty()) {
            try {
                blockers.addAll(walDirectoryBlockers());
                blockers.addAll(copyBlockers(databaseBytes));
            } catch (IOException e) {
                blockers.add("the data directory cannot be looked through: " + e);
            }
        }
        return blockers;
    }

    /// Each tablespace is taken to need what it needs here, the rest what is left of the primary's
    /// databases.
    private List<String> copyBlockers(long databaseBytes) throws IOException {
        ClusterSize here = ClusterSize.of(layout);
        long inside =
                databaseBytes < 0 ? here.inside() : Math.max(0, databaseBytes - here.outside());
        Map<Path, Long> needed = new TreeMap<>(here.tablespaces());
        needed.merge(layout.dataDirectory(), inside + BESIDE, Long::sum);
        return withoutSpace("a second copy needs about ", needed);
    }

    private static List<String> withoutSpace(String what, Map<Path, Long> needed)
            throws IOException {
        Map<Object, Long> onDevice = new HashMap<>();
        Map<Object, Path> places = new LinkedHashMap<>();
        for (Map.Entry<Path, Long> each : needed.entrySet()) {
            Object device = Space.device(each.getKey());
            onDevice.merge(device, each.getValue(), Long::sum);
            Path _ = places.putIfAbsent(device, each.getKey());
        }
        List<String> blockers = new ArrayList<>();
        for (Map.Entry<Object, Path> place : places.entrySet()) {
            long wanted = onDevice.getOrDefault(place.getKey(), 0L);
            long free = Files.getFileStore(place.getValue()).getUsableSpace();
            if (free < wanted) {
                blockers.add(
                        "%s%s in %s, and %s are free"
                                .formatted(
                                        what,
                                        Measures.bytes(wanted),
                                        place.getValue(),
                                        Measures.bytes(free)));
            }
        }
        return blockers;
    }

    /// A clone wants it empty, but for what is moved out of it.
    private List<String> walDirectoryBlockers() throws IOException {
        if (walDirectory.isEmpty() || !Files.isDirectory(walDirectory.get())) {
            return List.of();
        }
        Path place = walDirectory.get();
        Optional<Path> link = ClusterLinks.wal(layout.dataDirectory());
        boolean ours = link.isPresent() && ClusterLinks.target(link.get()).equals(place);
        try (Stream<Path> entries = Files.list(place)) {
            return entries.sorted()
                    .filter(entry -> {
                        String name = String.valueOf(entry.getFileName());
                        return Layout.isContent(name)
                                && !Layout.isReplaced(name)
                                && !(ours && WalNames.isWal(name));
                    })
                    .limit(1)
                    .map(entry -> "the clone's WAL directory has to be empty, and holds " + entry)
                    .toList();
        }
    }

    /// Pages are rewound in place; what is new there, and all its WAL, comes in addition.
    List<String> growthBlockers(RewindSource source) {
        try {
            ClusterSize here = ClusterSize.of(layout);
            long grown =
                    source.databaseBytes() < 0
                            ? 0
                            : source.databaseBytes() - here.inside() - here.outside();
            Map<Path, Long> needed = new TreeMap<>();
            needed.put(layout.dataDirectory(), Math.max(0, grown));
            needed.merge(
                    layout.dataDirectory().resolve("pg_wal"),
                    Math.max(0, source.walBytes()),
                    Long::sum);
            return withoutSpace("what the rewind copies needs up to ", needed);
        } catch (IOException e) {
            return List.of("the data directory cannot be looked through: " + e);
        }
    }
}
