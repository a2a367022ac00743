package io.pgentrypoint.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the kernel says of processes, and what is asked of it.
final class Proc {

    static final Duration LONGEST = Duration.ofSeconds(60);
    static final long POLL_NANOS = 2_000_000;

    private Proc() {}

    static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", process.pid() + "", "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    static String stat(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", process.pid() + "", "stat"));
        } catch (IOException e) {
            return "";
        }
    }

    static String status(ProcessHandle process, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", process.pid() + "", "status"))) {
            return lines.filter(line -> line.startsWith(name)).findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /// Gone, or a zombie: who reaps it is not up to us here.
    static void awaitEnd(ProcessHandle one) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!stat(one).isEmpty() && !stat(one).contains(") Z ")) {
            assertThat(System.nanoTime() - end).as("%s has ended", stat(one)).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    static void until(BooleanSupplier condition, Supplier<String> seen) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(seen.get()).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    static void signal(String name, long to) {
        RealCluster.execute(List.of("kill", "-" + name, "--", String.valueOf(to)));
    }
}
