package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How often this container has reached its limits. Its control group is as old as this start.
///
/// @param limits what they are
/// @param forks processes and threads that the kernel refused
/// @param kills processes that the kernel killed for want of memory
public record LimitEvents(ContainerLimits limits, long forks, long kills) {

    private static final Pattern NO_FORK = Pattern.compile("(?i)\\b(?:cannot|could not) fork\\b");

    private static final Pattern KILLED =
            Pattern.compile("(?i)\\bsignal 9\\b|\\bkilled\\b|\\bcode 137\\b");

    /// As the container sees its own control group, of version 2 or 1.
    public static LimitEvents read() {
        return read(Path.of("/sys/fs/cgroup"));
    }

    static LimitEvents read(Path groups) {
        return new LimitEvents(
                ContainerLimits.read(groups),
                count(groups, "max", "pids.events", "pids/pids.events"),
                count(groups, "oom_kill", "memory.events", "memory/memory.oom_control"));
    }

    private static long count(Path groups, String key, String... files) {
        return Stream.of(files)
                .map(groups::resolve)
                .filter(Files::isReadable)
                .flatMap(LimitEvents::lines)
                .filter(line -> line.matches(key + " [0-9]{1,18}"))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /// What a program of ours really ended of, where that was a limit: its own text then names a
    /// cause that nobody can correct.
    ///
    /// @param starting whether no server has accepted connections yet: in a long life a limit may
    ///   have been reached without harm
    public Optional<Refusal> cause(Refusal end, boolean starting) {
        if (end.exitCode() == ExitCode.SYSTEM.code()) {
            return Optional.empty();
        }
        if (kills > 0 && KILLED.matcher(end.reason()).find()) {
            return Optional.of(memory(end));
        }
        boolean refused = forks > 0 && starting && isOfProgram(end.exitCode());
        return refused || NO_FORK.matcher(end.reason()).find()
                ? Optional.of(processes(end))
                : Optional.empty();
    }

    /// Passed on: ours begin at 64.
    private static boolean isOfProgram(int code) {
        return code < ExitCode.USAGE.code() || code > ExitCode.NOT_FOUND.code();
    }

    private Refusal memory(Refusal end) {
        String limit =
                limits.memory().stream()
                        .mapToObj(
                                bytes -> "the memory limit of %s".formatted(Measures.bytes(bytes)))
                        .findFirst()
                        .orElse("the memory of this machine");
        return Refusals.noMemory(end, limit);
    }

    private Refusal processes(Refusal end) {
        String limit =
                limits.processes().stream()
                        .mapToObj("the limit of %d processes and threads"::formatted)
                        .findFirst()
                        .orElse("a limit of processes and threads");
        return Refusals.noProcesses(end, limit);
    }
}
