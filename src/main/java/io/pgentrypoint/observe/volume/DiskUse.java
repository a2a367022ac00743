package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// What fills a data directory, for the person who has to make space, without a server to ask.
public final class DiskUse {

    private static final int LARGEST = 3;

    private final Path data;
    private final Layout layout;
    private final List<String> parts = new ArrayList<>();

    private DiskUse(Path dataDirectory) {
        this.data = dataDirectory;
        this.layout = new Layout(dataDirectory);
    }

    /// The biggest first where that can be said; reads every directory, so not to be asked all the
    /// time.
    public static List<String> of(Space space, Path dataDirectory) {
        DiskUse use = new DiskUse(dataDirectory);
        use.wal();
        use.largest(space);
        use.replaced();
        return List.copyOf(use.parts);
    }

    private void wal() {
        WalFiles wal = WalFiles.read(data.resolve("pg_wal"));
        if (wal.count() == 0) {
            return;
        }
        parts.add("WAL " + Measures.bytes(wal.bytes()) + " (pg_wal, " + wal.count() + " files)");
        if (wal.waiting() > 0) {
            parts.add(
                    "of it %s not archived yet (%s files: does archive_command work?)"
                            .formatted(
                                    Measures.bytes(wal.waiting() * wal.segment()), wal.waiting()));
        }
        SlotFile.readAll(data.resolve("pg_replslot")).stream()
                .filter(slot -> slot.restart() > 0)
                .forEach(slot ->
                        parts.add(
                                "of it up to %s for slot %s"
                                        .formatted(
                                                Measures.bytes(wal.since(slot.restart())),
                                                slot.name())));
    }

    private void largest(Space space) {
        Map<String, Long> sizes = new TreeMap<>();
        for (Path entry : entries(data, "*")) {
            String name = String.valueOf(entry.getFileName());
            if (name.equals("base")) {
                entries(entry, "*")
                        .forEach(database ->
                                sizes.put("base/" + database.getFileName(), size(database)));
            } else if (!name.equals("pg_wal")) {
                sizes.put(name, size(entry));
            }
        }
        sizes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(LARGEST)
                .forEach(entry ->
                        parts.add(entry.getKey() + " " + Measures.bytes(entry.getValue())));
        long ours = sizes.values().stream().mapToLong(Long::longValue).sum();
        long others =
                space.total()
                        - space.freeNow()
                        - ours
                        - WalFiles.read(data.resolve("pg_wal")).bytes();
        if (others > space.total() / 20) {
            parts.add("beside PGDATA on the same file system " + Measures.bytes(others));
        }
    }

    /// Whole data directories that a re-clone has moved aside, with what of them lies elsewhere.
    private void replaced() {
        Stream.concat(
                        Stream.of(layout.stateDirectory(), data.resolve("pg_wal")),
                        entries(data.resolve("pg_tblspc"), "*").stream())
                .flatMap(place -> entries(place, Layout.replacedName("*")).stream())
                .forEach(directory ->
                        parts.add(
                                "%s %s, replaced by a clone and kept for you"
                                        .formatted(directory, Measures.bytes(size(directory)))));
    }

    private static List<Path> entries(Path directory, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // What is not there takes no room.
            return found;
        }
        return found;
    }

    /// What its files take on the disk, links not followed.
    private static long size(Path path) {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(
                    path,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            bytes.addAndGet(attributes.size());
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            return bytes.get();
        }
        return bytes.get();
    }
}
