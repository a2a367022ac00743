package io.pgentrypoint.process;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/// What the kernel says of a file (statx(2), whose structure is the same on every platform).
///
/// @param mode the permission bits, with setuid, setgid and sticky
/// @param links how many names it has
/// @param mount whether something is mounted there; older kernels than Linux 5.8 do not say it
public record FileStatus(
        Kind kind,
        int uid,
        int gid,
        int mode,
        int links,
        long inode,
        int major,
        int minor,
        boolean mount,
        Instant modified) {

    static final int SIZE = 256;

    /// STATX_BASIC_STATS.
    static final int WANTED = 0x7ff;

    private static final int FORMAT = 0170000;
    private static final int PERMISSIONS = 07777;
    private static final long MOUNT_ROOT = 0x2000;

    /// What a file is.
    public enum Kind {
        DIRECTORY,
        REGULAR,
        LINK,
        PIPE,
        SOCKET,
        DEVICE
    }

    static FileStatus of(MemorySegment statx) {
        int mode = Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28));
        return new FileStatus(
                kind(mode & FORMAT),
                statx.get(ValueLayout.JAVA_INT, 20),
                statx.get(ValueLayout.JAVA_INT, 24),
                mode & PERMISSIONS,
                statx.get(ValueLayout.JAVA_INT, 16),
                statx.get(ValueLayout.JAVA_LONG, 32),
                statx.get(ValueLayout.JAVA_INT, 136),
                statx.get(ValueLayout.JAVA_INT, 140),
                (statx.get(ValueLayout.JAVA_LONG, 8) & MOUNT_ROOT) != 0,
                Instant.ofEpochSecond(
                        statx.get(ValueLayout.JAVA_LONG, 112),
                        Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 120))));
    }

    private static Kind kind(int format) {
        return switch (format) {
            case 0040000 -> Kind.DIRECTORY;
            case 0100000 -> Kind.REGULAR;
            case 0120000 -> Kind.LINK;
            case 0010000 -> Kind.PIPE;
            case 0140000 -> Kind.SOCKET;
            default -> Kind.DEVICE;
        };
    }

    public boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }

    public boolean isSame(FileStatus other) {
        return inode == other.inode && major == other.major && minor == other.minor;
    }

    /// Whether somebody besides its owner and root may write to it.
    public boolean isOpenToOthers() {
        return (mode & 0022) != 0;
    }

    @Override
    public String toString() {
        return "uid %d, gid %d, mode %04o".formatted(uid, gid, mode);
    }
}
