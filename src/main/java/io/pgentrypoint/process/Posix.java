package io.pgentrypoint.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The only native calls of this program: what Java has no word for and PID 1 cannot do without.
///
/// All go through one downcall shape, "address of the function, then six long": each further shape
/// costs milliseconds at every start. An int travels well in a long's register on x86-64 and
/// aarch64, also to a variadic function, and the result is cut back to an int here. A failure is
/// returned as the negative errno.
@SuppressWarnings("restricted")
final class Posix {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ENOEXEC = 8;
    static final int EAGAIN = 11;
    static final int EACCES = 13;

    private static final int SIG_SETMASK = 2;
    private static final int SIG_BLOCK = 0;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int P_ALL = 0;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;

    // glibc on 64 bits: sigset_t and siginfo_t are 128 bytes each, si_pid lies at 16. x86-64 and
    // aarch64 agree on these and on every number here; all calls are the C library's, so there are
    // no system call numbers.
    private static final int SIGSET = 128;
    static final int SIGINFO = 128;
    static final int SI_PID = 16;

    private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final @Nullable MethodHandle CALL = link();

    private Posix() {}

    /// Whether the calls below may be made. Where not, each caller has a plain-Java way with less
    /// in it.
    static boolean available() {
        return CALL != null;
    }

    private static @Nullable MethodHandle link() {
        String arch = System.getProperty("os.arch", "");
        boolean known =
                System.getProperty("os.name", "").equals("Linux")
                        && (arch.equals("amd64") || arch.equals("aarch64"));
        if (!known) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            // The structure sizes above are glibc's; musl has no such function.
            if (linker.defaultLookup().find("gnu_get_libc_version").isEmpty()) {
                return null;
            }
            ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
            return linker.downcallHandle(
                    FunctionDescriptor.of(word, word, word, word, word, word, word),
                    Linker.Option.captureCallState("errno"));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            // --illegal-native-access=deny, or a VM without a linker
            return null;
        }
    }

    static int getpid() {
        return call("getpid", 0, 0, 0, 0);
    }

    static int getuid() {
        return call("getuid", 0, 0, 0, 0);
    }

    static int geteuid() {
        return call("geteuid", 0, 0, 0, 0);
    }

    static int getgid() {
        return call("getgid", 0, 0, 0, 0);
    }

    /// Ends this program without asking the VM. The C library's own files (the VM writes lists of
    /// classes to such) are written out before.
    static void exit(int code) {
        call("fflush", 0, 0, 0, 0);
        call("_exit", code, 0, 0, 0);
    }

    static int kill(long pid, int signal) {
        return call("kill", pid, signal, 0, 0);
    }

    /// @param directory a descriptor; an absolute name needs none
    static int open(int directory, byte[] name, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call("openat", directory, string(arena, name).address(), flags, mode);
        }
    }

    static int close(int fd) {
        return call("close", fd, 0, 0, 0);
    }

    static int dup2(int fd, int as) {
        return call("dup2", fd, as, 0, 0);
    }

    /// Exclusive, without waiting.
    static int flock(int fd) {
        return call("flock", fd, LOCK_EX_NB, 0, 0);
    }

    static boolean isatty(int fd) {
        return call("isatty", fd, 0, 0, 0) == 1;
    }

    static int becomeSubreaper() {
        return call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0);
    }

    static void makeUndumpable() {
        call("prctl", PR_SET_DUMPABLE, 0, 0, 0);
    }

    /// For this thread, and for all that it starts from now on, threads and programs.
    static int forbidNewPrivileges() {
        return call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0);
    }

    static int initgroups(String user, int gid) {
        try (Arena arena = Arena.ofConfined()) {
            return call("initgroups", arena.allocateFrom(user).address(), gid, 0, 0);
        }
    }

    /// glibc tells every thread of the process; the raw system call would change only this one.
    static int setresgid(int gid) {
        return call("setresgid", gid, gid, gid, 0);
    }

    static int setresuid(int uid) {
        return call("setresuid", uid, uid, uid, 0);
    }

    /// The pid of some child that has ended and waits to be reaped, left waiting; 0 when there is
    /// none.
    static int peekEnded() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(SIGINFO, 8);
            long options = WEXITED | WNOWAIT | WNOHANG;
            int result = call("waitid", P_ALL, 0, info.address(), options);
            return result < 0 ? 0 : info.get(ValueLayout.JAVA_INT, SI_PID);
        }
    }

    static int reap(int pid) {
        return call("waitpid", pid, 0, WNOHANG, 0);
    }

    /// For the calling thread; execve makes its mask that of the new program. Not pthread_sigmask:
    /// before glibc 2.32 that lives in libpthread, where the linker's lookup does not look, and
    /// glibc's sigprocmask is the same system call on the same thread.
    static void block(Set<Signal> signals) {
        try (Arena arena = Arena.ofConfined()) {
            call("sigprocmask", SIG_BLOCK, sigset(arena, signals).address(), 0, 0);
        }
    }

    static void setMask(Set<Signal> signals) {
        try (Arena arena = Arena.ofConfined()) {
            call("sigprocmask", SIG_SETMASK, sigset(arena, signals).address(), 0, 0);
        }
    }

    /// In the copy that the C library gives to the programs it starts. SIG_DFL is 0.
    static void byDefault(Signal signal) {
        call("signal", signal.number(), 0, 0, 0);
    }

    static void unsetenv(String name) {
        try (Arena arena = Arena.ofConfined()) {
            call("unsetenv", arena.allocateFrom(name).address(), 0, 0, 0);
        }
    }

    static MemorySegment sigset(Arena arena, Set<Signal> signals) {
        long bits = signals.stream().mapToLong(signal -> 1L << (signal.number() - 1)).sum();
        MemorySegment set = arena.allocate(SIGSET, 8);
        set.set(ValueLayout.JAVA_LONG, 0, bits);
        return set;
    }

    /// Replaces this program; returns only when that failed. The VM leaves descriptors of its own
    /// open, so everything above stderr is closed on the way.
    static int execve(byte[] file, List<byte[]> argv, List<byte[]> environment) {
        return execve(file, argv, environment, Set.of());
    }

    /// @param kept descriptors that the new program gets all the same
    static int execve(byte[] file, List<byte[]> argv, List<byte[]> environment, Set<Integer> kept) {
        closeOnExec();
        for (int fd : kept) {
            call("fcntl", fd, F_SETFD, 0, 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    "execve",
                    string(arena, file).address(),
                    strings(arena, argv).address(),
                    strings(arena, environment).address(),
                    0);
        }
    }

    private static MemorySegment strings(Arena arena, List<byte[]> values) {
        MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, values.size() + 1L);
        for (int i = 0; i < values.size(); i++) {
            array.setAtIndex(ValueLayout.JAVA_LONG, i, string(arena, values.get(i)).address());
        }
        return array;
    }

    static MemorySegment string(Arena arena, byte[] bytes) {
        MemorySegment copy = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    private static void closeOnExec() {
        // Linux 5.11 and glibc 2.34; older ones get it descriptor by descriptor.
        if (lookup().find("close_range").isPresent()
                && call("close_range", 3, 0xFFFF_FFFFL, CLOSE_RANGE_CLOEXEC, 0) == 0) {
            return;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                int fd = Integer.parseInt(descriptor.getFileName().toString());
                if (fd > 2) {
                    call("fcntl", fd, F_SETFD, FD_CLOEXEC, 0);
                }
            }
        } catch (IOException e) {
            // Without /proc an extra descriptor leaks into the program, which does no harm to it.
        }
    }

    /// `Operation not permitted (errno 1)`, for the negative result of one of the calls above.
    static String reason(int result) {
        int errno = -result;
        try (Arena arena = Arena.ofConfined()) {
            long text = invoke(address("strerror"), callState(arena), errno, 0, 0, 0, 0);
            String words = MemorySegment.ofAddress(text).reinterpret(256).getString(0);
            return words + " (errno " + errno + ")";
        }
    }

    private static int call(String function, long a, long b, long c, long d) {
        return call(function, a, b, c, d, 0);
    }

    static int call(String function, long a, long b, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = callState(arena);
            int result = (int) invoke(address(function), state, a, b, c, d, e);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        }
    }

    /// Allocates nothing.
    static long invoke(
            MemorySegment function, MemorySegment state, long a, long b, long c, long d) {
        return invoke(function, state, a, b, c, d, 0);
    }

    private static long invoke(
            MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e) {
        MethodHandle handle = CALL;
        if (handle == null) {
            throw new IllegalStateException("no native calls on this platform");
        }
        try {
            return (long) handle.invokeExact(function, state, a, b, c, d, e, 0L);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("a native call", failure);
        }
    }

    static MemorySegment callState(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    static MemorySegment address(String function) {
        return lookup().find(function)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "no native call %s on this platform".formatted(function)));
    }

    private static SymbolLookup lookup() {
        return Linker.nativeLinker().defaultLookup();
    }
}
