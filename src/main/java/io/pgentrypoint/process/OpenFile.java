package io.pgentrypoint.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A file that was opened, as distinct from its name. All that is asked and done here is asked of
/// and done to that one file, whatever somebody puts in the place of its name meanwhile: so root
/// can work in a directory that another user may write to. No call follows a symbolic link.
///
/// By openat(2) for each name, not openat2(2): that one is of Linux 5.6, and some engines forbid
/// it.
public final class OpenFile implements AutoCloseable {

    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int EEXIST = 17;
    private static final int EROFS = 30;

    /// linux_dirent64: inode, offset, length of the entry, type, name.
    private static final int ENTRY_LENGTH = 16;

    private static final int ENTRY_NAME = 19;
    private static final byte[] NONE = {};
    private static final int ENTRIES = 16 * 1024;
    private static final int LONGEST_LINK = 4096;

    private final int fd;
    private final @Nullable OpenFile above;
    private final byte[] name;

    private OpenFile(int fd, @Nullable OpenFile above, byte[] name) {
        this.fd = fd;
        this.above = above;
        this.name = name;
    }

    /// What is done with each entry of a directory.
    public interface Visitor {
        void visit(byte[] name) throws IOException;
    }

    /// What is there is another kind of file than the one that was wanted.
    public static final class WrongKind extends FileSystemException {
        private static final long serialVersionUID = 1;

        WrongKind(String path, String reason) {
            super(path, null, reason);
        }
    }

    public static boolean available() {
        return Posix.available();
    }

    public static OpenFile root() throws IOException {
        int fd = Posix.open(AT_FDCWD, bytes("/"), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        if (fd < 0) {
            throw failure(fd, "/");
        }
        return new OpenFile(fd, null, new byte[0]);
    }

    /// A name as a file system has it.
    public static byte[] bytes(String name) {
        return RawStrings.encoded(name);
    }

    /// For a message: what no terminal and no log should get is replaced.
    public static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }

    /// The file of that name, whatever it is, only to be asked about and given away: a device or a
    /// pipe does not notice.
    public OpenFile entry(byte[] name) throws IOException {
        return new OpenFile(open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0), this, name);
    }

    /// A regular file with no other name, for reading and writing. Any other is refused.
    public OpenFile regular(byte[] name) throws IOException {
        try (OpenFile seen = entry(name)) {
            // Before it is opened in earnest: some devices act on that.
            seen.requireRegular();
        }
        int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
        OpenFile file = new OpenFile(open(name, flags, 0), this, name);
        try {
            file.requireRegular();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void requireRegular() throws IOException {
        FileStatus status = status();
        if (status.kind() != FileStatus.Kind.REGULAR) {
            throw new WrongKind(toString(), "it is no regular file");
        }
        if (status.links() != 1) {
            throw new WrongKind(toString(), "it has another name (a hard link)");
        }
    }

    /// Makes an empty file for its owner alone, unless something of that name is there.
    public void makeFile(byte[] name) throws IOException {
        int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        try {
            int _ = Posix.close(open(name, flags, 0600));
        } catch (FileAlreadyExistsException e) {
            // Whoever opens it looks at what it is.
        }
    }

    /// The same with a directory.
    public void makeDirectory(byte[] name, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long result =
                    Posix.call("mkdirat", fd, Posix.string(arena, name).address(), mode, 0, 0);
            if (result < 0 && result != -EEXIST) {
                throw failure((int) result, below(name));
            }
        }
    }

    public void remove(byte[] name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Posix.call("unlinkat", fd, Posix.string(arena, name).address(), 0, 0, 0);
            if (result < 0 && result != -Posix.ENOENT) {
                throw failure((int) result, below(name));
            }
        }
    }

    public FileStatus status() throws IOException {
        return status(NONE, AT_EMPTY_PATH);
    }

    /// Of the entry that has this name now.
    public FileStatus status(byte[] name) throws IOException {
        return status(name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
    }

    public boolean has(byte[] name) throws IOException {
        try {
            FileStatus _ = status(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private FileStatus status(byte[] name, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(FileStatus.SIZE, 8);
            long at = Posix.string(arena, name).address();
            int result = Posix.call("statx", fd, at, flags, FileStatus.WANTED, buffer.address());
            if (result < 0) {
                throw failure(result, below(name));
            }
            return FileStatus.of(buffer);
        }
    }

    /// Where this symbolic link leads.
    public byte[] target() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST_LINK);
            long empty = Posix.string(arena, NONE).address();
            int length = Posix.call("readlinkat", fd, empty, buffer.address(), LONGEST_LINK, 0);
            if (length < 0) {
                throw failure(length, toString());
            }
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// Gives it to that user.
    ///
    /// @return whether it could be given: on a read-only file system it cannot
    public boolean give(int uid, int gid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long empty = Posix.string(arena, NONE).address();
            int flags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
            int result = Posix.call("fchownat", fd, empty, uid, gid, flags);
            if (result < 0 && result != -EROFS) {
                throw failure(result, toString());
            }
            return result == 0;
        }
    }

    /// Sets the mode of this directory.
    public void mode(int mode) throws IOException {
        int readable = open(bytes("."), O_DIRECTORY | O_CLOEXEC, 0);
        int result = Posix.call("fchmod", readable, mode, 0, 0, 0);
        int _ = Posix.close(readable);
        if (result < 0) {
            throw failure(result, toString());
        }
    }

    /// Each entry of this directory, as it is read: there may be millions.
    public void each(Visitor visitor) throws IOException {
        int readable = open(bytes("."), O_DIRECTORY | O_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ENTRIES, 8);
            while (true) {
                int length = Posix.call("getdents64", readable, buffer.address(), ENTRIES, 0, 0);
                if (length < 0) {
                    throw failure(length, toString());
                }
                if (length == 0) {
                    return;
                }
                visit(buffer, length, visitor);
            }
        } finally {
            int _ = Posix.close(readable);
        }
    }

    private static void visit(MemorySegment buffer, int length, Visitor visitor)
            throws IOException {
        for (long at = 0; at < length; ) {
            int size = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + ENTRY_LENGTH));
            byte[] rest =
                    buffer.asSlice(at + ENTRY_NAME, size - ENTRY_NAME)
                            .toArray(ValueLayout.JAVA_BYTE);
            int end = 0;
            while (rest[end] != 0) {
                end++;
            }
            byte[] name = Arrays.copyOf(rest, end);
            boolean itself = name[0] == '.' && (end == 1 || (end == 2 && name[1] == '.'));
            if (!itself) {
                visitor.visit(name);
            }
            at += size;
        }
    }

    /// The beginning of a file that was opened with [#regular].
    public byte[] read(int longest) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(longest);
            int length = Posix.call("pread", fd, buffer.address(), longest, 0, 0);
            if (length < 0) {
                throw failure(length, toString());
            }
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /// An flock(2) on it, which lasts until it is closed.
    public Flock.Attempt lock() {
        return Flock.attempt(fd);
    }

    /// What the file system takes for now, by a file that is made for it.
    public Instant now(byte[] probe) throws IOException {
        remove(probe);
        makeFile(probe);
        try {
            return status(probe).modified();
        } finally {
            remove(probe);
        }
    }

    private int open(byte[] name, int flags, int mode) throws IOException {
        int opened = Posix.open(fd, name, flags, mode);
        if (opened < 0) {
            throw failure(opened, below(name));
        }
        return opened;
    }

    private String below(byte[] name) {
        String path = above == null ? "" : toString();
        return name.length == 0 ? toString() : path + "/" + text(name);
    }

    private static IOException failure(int result, String path) {
        return switch (-result) {
            case Posix.ENOENT -> new NoSuchFileException(path);
            case Posix.EACCES -> new AccessDeniedException(path);
            case EEXIST -> new FileAlreadyExistsException(path);
            default -> new FileSystemException(path, null, Posix.reason(result));
        };
    }

    /// By the names that it was opened with.
    public Path path() {
        return Path.of(toString());
    }

    @Override
    public String toString() {
        return above == null ? "/" : above.below(name);
    }

    @Override
    public void close() {
        int _ = Posix.close(fd);
    }
}
