package io.pgentrypoint.timeline;

import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where the parts of a cluster lie, how large it is, and what room is left: whether it can be
/// moved within its file system, and whether there is room for what is to come.
final class Placement {

    // What a clone writes beside the databases: configuration, the WAL of its own time.
    private static final long BESIDE = 64L << 20;

    private final Layout layout;

    Placement(Path dataDirectory) {
        this.layout = new Layout(dataDirectory);
    }

    List<String> againstMoving() {
        List<String> against = new ArrayList<>();
        try {
            for (Path mount : MountsBelow.of(layout.dataDirectory())) {
                against.add(
                        mount
                                + " is a mount of its own and cannot be renamed; unmount it for this"
                                + " start (a single mounted file too)");
            }
            for (Path link : links("pg_tblspc")) {
                if (target(link).startsWith(layout.dataDirectory())) {
                    against.add("a tablespace lies inside the data directory, at " + target(link));
                }
            }
        } catch (IOException e) {
            against.add("the data directory cannot be looked through: " + e);
        }
        return against;
    }

    /// A clone wants the places of WAL and tablespaces empty, and what is in them belongs to the
    /// cluster that was moved aside.
    List<String> againstSettingAside(long databaseBytes) {
        List<String> against = new ArrayList<>(againstMoving());
        try {
            Path wal = layout.dataDirectory().resolve("pg_wal");
            if (Files.isSymbolicLink(wal)) {
                against.add(
                        "its WAL lies outside, in "
                                + target(wal)
                                + ", which a clone would need empty");
            }
            List<Path> tablespaces = links("pg_tblspc");
            if (!tablespaces.isEmpty()) {
                against.add(
                        "its tablespaces lie outside, the first in "
                                + target(tablespaces.getFirst())
                                + ", which a clone would need empty");
            }
            long needed = (databaseBytes < 0 ? size() : databaseBytes) + BESIDE;
            long free = free();
            if (free < needed) {
                against.add(
                        "a second copy needs about "
                                + Measures.bytes(needed)
                                + ", and "
                                + Measures.bytes(free)
                                + " are free");
            }
        } catch (IOException e) {
            against.add("the data directory cannot be looked through: " + e);
        }
        return against;
    }

    /// Pages are rewound in place; what is new there, and all its WAL, comes in addition.
    List<String> againstGrowing(RewindSource source) {
        try {
            long grown = source.databaseBytes() < 0 ? 0 : source.databaseBytes() - size();
            long needed = Math.max(0, grown) + Math.max(0, source.walBytes());
            long free = free();
            return free < needed
                    ? List.of(
                            "what the rewind copies needs up to "
                                    + Measures.bytes(needed)
                                    + ", and "
                                    + Measures.bytes(free)
                                    + " are free")
                    : List.of();
        } catch (IOException e) {
            return List.of("the data directory cannot be looked through: " + e);
        }
    }

    private long free() throws IOException {
        return Files.getFileStore(layout.dataDirectory()).getUsableSpace();
    }

    private long size() throws IOException {
        long[] size = {0};
        Path state = layout.stateDirectory();
        Files.walkFileTree(
                layout.dataDirectory(),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return directory.equals(state)
                                        || Layout.NOT_CONTENT.contains(
                                                String.valueOf(directory.getFileName()))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        size[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }
                });
        return size[0];
    }

    private List<Path> links(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(layout.dataDirectory().resolve(directory))) {
            return entries.filter(Files::isSymbolicLink).sorted().toList();
        }
    }

    private Path target(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        return layout.dataDirectory().resolve(target).normalize();
    }
}
