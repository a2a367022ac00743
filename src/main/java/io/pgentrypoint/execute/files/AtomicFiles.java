package io.pgentrypoint.execute.files;

import io.pgentrypoint.report.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Files that are either the old ones or the new ones, whatever happens: written beside, synced,
/// renamed, directory synced. A rename without these syncs may survive a power cut as an empty
/// file.
public final class AtomicFiles {

    public static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rw-------");

    private AtomicFiles() {}

    /// A file of ours: readable by its owner alone.
    public static void write(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8), PRIVATE);
    }

    /// A file of the user's: it keeps its mode, and stays a link if it is one.
    public static void edit(Path file, byte[] bytes) throws IOException {
        if (Files.isSymbolicLink(file) && !Files.exists(file)) {
            throw Refusals.linkToNothing(file, Files.readSymbolicLink(file));
        }
        if (!Files.exists(file)) {
            replace(file, bytes, PRIVATE);
            return;
        }
        Path real = file.toRealPath();
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(real);
        try {
            replace(real, bytes, mode);
        } catch (FileSystemException e) {
            if (!isMountedOver(e)) {
                throw e;
            }
            overwriteMounted(real, bytes);
        }
    }

    /// It can be neither replaced nor kept beside. So what stays as it was, the beginning as a
    /// rule, is never gone in between, and a full disk gives the old text back.
    private static void overwriteMounted(Path file, byte[] bytes) throws IOException {
        byte[] old = InputFile.bytes(file);
        try {
            overwrite(file, bytes);
        } catch (IOException e) {
            overwrite(file, old);
            throw e;
        }
    }

    public static void createEmpty(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            write(file, "");
        }
    }

    public static void deleteIfExists(Path file) throws IOException {
        Files.deleteIfExists(file);
        sync(parent(file));
    }

    /// The file's directory entry is durable only when its directory is synced: fsync(2).
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    public static String read(Path file) throws IOException {
        try {
            return InputFile.utf8(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void replace(Path file, byte[] bytes, Set<PosixFilePermission> mode)
            throws IOException {
        Path beside = parent(file).resolve("pgsql_tmp_" + file.getFileName());
        FileAttribute<Set<PosixFilePermission>> attribute =
                PosixFilePermissions.asFileAttribute(PRIVATE);
        Files.deleteIfExists(beside);
        Files.createFile(beside, attribute);
        overwrite(beside, bytes);
        Files.setPosixFilePermissions(beside, mode);
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
        sync(parent(file));
    }

    private static void overwrite(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.truncate(bytes.length);
            channel.force(true);
        }
    }

    /// rename(2) answers EBUSY for a single file that is mounted into the directory.
    private static boolean isMountedOver(FileSystemException e) {
        return String.valueOf(e.getReason()).contains("busy");
    }

    public static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw Refusals.noParent(file);
        }
        return parent;
    }

    /// The server refuses a data directory that others can enter. As durable as what will be in it.
    public static void createPrivate(Path directory) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path each = directory; !Files.exists(each); each = parent(each)) {
            missing.add(each);
        }
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        for (Path each : missing) {
            sync(parent(each));
        }
    }
}
