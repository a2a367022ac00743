package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Files of other users in a data directory of this user, as a restore by root leaves them: the
/// server would end at the first one that it needs, or restart its sessions for ever. A cluster of
/// right files costs a look at some of them; where one is wrong all are counted.
final class UnwritableFiles {

    /// So many names of a directory at most.
    private static final int LOOK = 100;

    /// Without the second one nobody can connect to that database.
    private static final List<String> OF_A_DATABASE = List.of("PG_VERSION", "pg_filenode.map");

    private final Path data;
    private final int us = Identity.current().uid();
    private long wrong;
    private Optional<Path> first = Optional.empty();

    private UnwritableFiles(Path data) {
        this.data = data;
    }

    /// @param data belongs to this user
    static Optional<WriteObstacle> of(Path data) {
        UnwritableFiles files = new UnwritableFiles(data);
        if (files.looked().stream().noneMatch(files::isWrong)) {
            return Optional.empty();
        }
        files.count();
        return files.first.map(files::obstacle);
    }

    private List<Path> looked() {
        List<Path> seen = new ArrayList<>(entries(data));
        seen.addAll(entries(data.resolve("global")));
        seen.addAll(entries(data.resolve("pg_wal")));
        for (Path database : entries(data.resolve("base"))) {
            seen.add(database);
            OF_A_DATABASE.forEach(name -> seen.add(database.resolve(name)));
        }
        return seen;
    }

    private static List<Path> entries(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path each : found) {
                if (entries.size() == LOOK) {
                    break;
                }
                entries.add(each);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // One that cannot be listed is wrong itself, and is an entry of the one above.
        }
        return entries;
    }

    /// What this user may write is right, also where another user owns it (as in a pod, by its
    /// group). A configuration file beside the data is only read.
    private boolean isWrong(Path file) {
        if (Files.isWritable(file)
                || isNone(file)
                || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(file)) {
            return false;
        }
        boolean configuration = data.equals(file.getParent()) && !Files.isDirectory(file);
        boolean read = configuration && !file.endsWith("postmaster.opts");
        return !(read && Files.isReadable(file))
                && FileOwner.of(file).map(owner -> owner.uid() != us).orElse(true);
    }

    /// What a file system puts there, such as `lost+found`.
    private static boolean isNone(Path file) {
        return Layout.NOT_CONTENT.contains(String.valueOf(file.getFileName()));
    }

    private void count() {
        try {
            Files.walkFileTree(
                    data,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path directory, BasicFileAttributes attributes) {
                            note(directory);
                            return isNone(directory)
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            note(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            note(file);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            // Then there are more.
        }
    }

    private void note(Path file) {
        if (isWrong(file)) {
            first = first.or(() -> Optional.of(file));
            wrong++;
        }
    }

    private WriteObstacle obstacle(Path example) {
        String whose = FileOwner.of(example).map(owner -> " (" + owner + ")").orElse("");
        return new WriteObstacle(
                "%d files in %s (PGDATA) belong to other users, such as %s%s"
                        .formatted(wrong, data, example, whose),
                "give all of them to this user: chown -R %s %s on the host"
                        .formatted(UserMap.onTheHost(us, Identity.current().gid()), data));
    }
}
