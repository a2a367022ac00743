package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Limits of this container below what a node was measured to need.
///
/// @param memory bytes that it may use
/// @param processes processes and threads that it may have
public record ContainerLimits(OptionalLong memory, OptionalLong processes) {

    /// A first boot was killed at 56 MB, and at 64 MB with a HEALTHCHECK beside it: while initdb
    /// works, 23 MB of this JVM, 12 of initdb and its server, 20 of their shared memory and 5 of
    /// the kernel cannot be given back, a HEALTHCHECK has 8.
    static final long LEAST_MEMORY = 96L << 20;

    /// 33 of an idle node, 13 of a HEALTHCHECK, and those that come and go at a start.
    static final long LEAST_PROCESSES = 50;

    /// As the container sees its own control group, of version 2 or 1.
    static ContainerLimits read() {
        return read(Path.of("/sys/fs/cgroup"));
    }

    static ContainerLimits read(Path groups) {
        return new ContainerLimits(
                first(groups, "memory.max", "memory/memory.limit_in_bytes"),
                first(groups, "pids.max", "pids/pids.max"));
    }

    private static OptionalLong first(Path groups, String... files) {
        return Stream.of(files)
                .map(groups::resolve)
                .filter(Files::isReadable)
                .map(ContainerLimits::number)
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /// "max" is no limit, and that of version 1 is a number that no machine has.
    private static OptionalLong number(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    List<String> warnings() {
        List<String> all = new ArrayList<>();
        if (memory.isPresent() && memory.getAsLong() < LEAST_MEMORY) {
            all.add(
                    """
                    this container may use %s of memory: a first boot needs %s, and the kernel kills \
                    it with less; give it more (docker --memory, Kubernetes: limits.memory)\
                    """
                            .formatted(
                                    Measures.bytes(memory.getAsLong()),
                                    Measures.bytes(LEAST_MEMORY)));
        }
        if (processes.isPresent() && processes.getAsLong() < LEAST_PROCESSES) {
            all.add(
                    """
                    this container may have %d processes and threads: a node needs %d of them and one \
                    more for each connection; raise the limit (docker --pids-limit)\
                    """
                            .formatted(processes.getAsLong(), LEAST_PROCESSES));
        }
        return all;
    }
}
