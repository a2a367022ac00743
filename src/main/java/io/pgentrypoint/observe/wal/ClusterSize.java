package io.pgentrypoint.observe.wal;

import io.pgentrypoint.observe.volume.ClusterLinks;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/// How many bytes of a cluster lie where. WAL that lies outside is not counted.
///
/// @param tablespaces by the place of each outside the data directory
record ClusterSize(long inside, Map<Path, Long> tablespaces) {

    static ClusterSize of(Layout layout) throws IOException {
        String major = InputFile.latin1(layout.dataDirectory().resolve("PG_VERSION")).strip();
        Map<Path, Long> tablespaces = new TreeMap<>();
        for (Path link : ClusterLinks.tablespaces(layout.dataDirectory())) {
            Path place = ClusterLinks.target(link);
            tablespaces.put(place, tablespace(place, major, layout));
        }
        return new ClusterSize(below(layout.dataDirectory(), layout), tablespaces);
    }

    long outside() {
        return tablespaces.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The place may hold other people's files, too.
    private static long tablespace(Path place, String major, Layout layout) throws IOException {
        long size = 0;
        try (DirectoryStream<Path> ours = Files.newDirectoryStream(place, "PG_" + major + "_*")) {
            for (Path each : ours) {
                size += below(each, layout);
            }
        }
        return size;
    }

    /// Links are not followed.
    private static long below(Path top, Layout layout) throws IOException {
        long[] size = {0};
        Files.walkFileTree(
                top,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return directory.equals(layout.stateDirectory()) || isNone(directory)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    // Only root may look into lost+found.
                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (isNone(file)) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    private boolean isNone(Path file) {
                        return Layout.NOT_CONTENT.contains(String.valueOf(file.getFileName()));
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        size[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }
                });
        return size[0];
    }
}
