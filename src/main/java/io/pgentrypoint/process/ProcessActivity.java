package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What programs that we started have done so far, as the kernel counts it. It tells a program that
/// works from one that waits, whatever it is working on.
///
/// @param storage bytes read from and written to the storage; reads that the page cache answers do
///   not count, so that looking at the same page again is nothing
/// @param titles what they call themselves
public record ProcessActivity(Duration cpu, long storage, List<String> titles) {

    public static final ProcessActivity NONE = new ProcessActivity(Duration.ZERO, 0, List.of());

    public ProcessActivity {
        titles = List.copyOf(titles);
    }

    /// @param wanted picks by title: all descendants of this process, or some
    public static ProcessActivity ofDescendants(Predicate<String> wanted) {
        Duration cpu = Duration.ZERO;
        long storage = 0;
        List<String> titles = new ArrayList<>();
        try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
            for (ProcessHandle each : descendants.toList()) {
                String title = title(each.pid());
                if (wanted.test(title)) {
                    cpu = cpu.plus(each.info().totalCpuDuration().orElse(Duration.ZERO));
                    storage += storage(each.pid());
                    titles.add(title);
                }
            }
        }
        return new ProcessActivity(cpu, storage, titles);
    }

    /// A server process writes over its arguments (setproctitle) and pads with NULs.
    private static String title(long pid) {
        return read(pid, "cmdline").replace('\0', ' ').strip();
    }

    private static long storage(long pid) {
        return read(pid, "io")
                .lines()
                .filter(line -> line.startsWith("read_bytes:") || line.startsWith("write_bytes:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    /// Empty when the process has ended, is another user's, or where there is no /proc.
    private static String read(long pid, String file) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", String.valueOf(pid), file)),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
