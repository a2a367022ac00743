package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the kernel says of processes, and what is asked of it.
public final class Proc {

    public static final long POLL_NANOS = 2_000_000;

    private Proc() {}

    public static String title(ProcessHandle process) {
        return ProcFile.text(process.pid(), "cmdline");
    }

    public static String stat(ProcessHandle process) {
        return ProcFile.text(process.pid(), "stat");
    }

    public static String status(ProcessHandle process, String name) {
        return ProcFile.text(process.pid(), "status")
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("");
    }

    /// Gone, or a zombie: who reaps it is not up to us here.
    public static void awaitEnd(ProcessHandle one) {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        while (!stat(one).isEmpty() && !stat(one).contains(") Z ")) {
            assertThat(System.nanoTime() - end).as("%s has ended", stat(one)).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    public static void until(BooleanSupplier condition, Supplier<String> seen) {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(seen.get()).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// It can open nothing more.
    public static void leaveNoDescriptor(long pid) {
        long highest =
                Stream.of(Path.of("/proc", String.valueOf(pid), "fd").toFile().list())
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElseThrow();
        limit(pid, "--nofile=%d".formatted(highest + 1));
    }

    /// It can start no thread and no process: its user has more than one.
    public static void leaveNoProcess(long pid) {
        limit(pid, "--nproc=1");
    }

    /// As the server's user: that takes no privilege.
    private static void limit(long pid, String limit) {
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        argv.addAll(List.of("prlimit", "--pid", String.valueOf(pid), limit));
        RealCluster.execute(argv);
    }

    public static void signal(String name, long to) {
        RealCluster.execute(List.of("kill", "-" + name, "--", String.valueOf(to)));
    }
}
