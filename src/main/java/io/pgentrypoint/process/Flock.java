package io.pgentrypoint.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// An flock(2) on an empty file. Not `FileChannel.lock`, which is fcntl(2)'s: that one is lost when
/// any descriptor of the file is closed, and is not shared with children; the two kinds do not see
/// each other.
///
/// An flock belongs to the open file, not to a process: it lasts until the last descriptor of it is
/// closed, whoever has it. `ProcessBuilder` closes every descriptor above 2 in a child, so the file
/// becomes our stdin, which children inherit: a server whose PID 1 was killed still holds the lock.
public final class Flock implements AutoCloseable {

    private static final int STDIN = 0;
    private static volatile boolean inherited;

    private final int fd;
    private boolean held;

    /// What came of an attempt.
    public sealed interface Attempt {

        record Taken() implements Attempt {}

        /// Someone on this kernel has it; on a network file system perhaps someone elsewhere.
        record Held() implements Attempt {}

        /// @param why this place has no such locks
        record Impossible(String why) implements Attempt {}
    }

    private Flock(int fd) {
        this.fd = fd;
    }

    /// Whether this platform has the call.
    public static boolean available() {
        return Posix.available();
    }

    /// Empty when it cannot be opened, or where there are no native calls. A symbolic link is not
    /// followed, and a pipe does not hold us up. For reading and writing: on NFS an exclusive lock
    /// needs a file that is open for writing.
    ///
    /// @param file exists and is empty
    public static Optional<Flock> open(Path file) {
        if (!Posix.available()) {
            return Optional.empty();
        }
        int flags = OpenFile.O_RDWR | OpenFile.O_NOFOLLOW | OpenFile.O_NONBLOCK;
        int fd =
                Posix.open(
                        OpenFile.AT_FDCWD,
                        OpenFile.bytes(file.toString()),
                        flags | OpenFile.O_CLOEXEC,
                        0);
        return fd < 0 ? Optional.empty() : Optional.of(new Flock(fd));
    }

    /// Does not wait. Once taken it stays so.
    public Attempt attempt() {
        Attempt attempt = held ? new Attempt.Taken() : attempt(fd);
        held = attempt instanceof Attempt.Taken;
        return attempt;
    }

    static Attempt attempt(int fd) {
        int result = Posix.flock(fd);
        if (result == 0) {
            return new Attempt.Taken();
        }
        return result == -Posix.EAGAIN
                ? new Attempt.Held()
                : new Attempt.Impossible(Posix.reason(result));
    }

    /// Whether that is the file which is locked, and not one that came in its place.
    public boolean isOf(Path file) {
        try {
            return identity(Path.of("/proc/self/fd/" + fd)).equals(identity(file));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Map<String, Object> identity(Path file) throws IOException {
        return Files.readAttributes(file, "unix:dev,ino");
    }

    /// From now on every program that is started holds it too. Not undone by [#close()].
    public void shareWithChildren() {
        inherited = Posix.dup2(fd, STDIN) == STDIN;
    }

    /// For a program that must not read ours: the file of the lock is as empty as /dev/null.
    static Redirect emptyStdin() {
        return inherited ? Redirect.INHERIT : Redirect.from(new File("/dev/null"));
    }

    @Override
    public void close() {
        int _ = Posix.close(fd);
    }
}
