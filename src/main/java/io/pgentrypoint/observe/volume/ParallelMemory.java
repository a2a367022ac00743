package io.pgentrypoint.observe.volume;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of /dev/shm one parallel query may ask for: the table of a parallel hash join, to which
/// the leader and each worker add their share (hash_mem_multiplier × work_mem).
final class ParallelMemory {

    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15}(?:\\.\\d{1,15})?) *(B|kB|MB|GB|TB)?");

    /// The unit of work_mem where it has none is kB.
    private static final Map<String, Long> UNITS =
            Map.of("B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

    private static final BigDecimal WORK_MEM = BigDecimal.valueOf(4L << 20);

    /// That of PostgreSQL 15 and newer.
    private static final BigDecimal MULTIPLIER = BigDecimal.valueOf(2);

    private static final BigDecimal WORKERS_OF_A_QUERY = BigDecimal.valueOf(2);
    private static final BigDecimal WORKERS = BigDecimal.valueOf(8);

    private final Function<String, Optional<String>> setting;

    private ParallelMemory(Function<String, Optional<String>> setting) {
        this.setting = setting;
    }

    /// @param setting what is asked for by name; absent: the server's default
    /// @return bytes, 0 where no query gets any of it
    static long needed(Function<String, Optional<String>> setting) {
        return new ParallelMemory(setting).needed();
    }

    private long needed() {
        String type = setting.apply("dynamic_shared_memory_type").orElse("posix");
        BigDecimal workers =
                size("max_parallel_workers_per_gather", WORKERS_OF_A_QUERY)
                        .min(size("max_parallel_workers", WORKERS))
                        .min(size("max_worker_processes", WORKERS));
        if (!type.contains("posix") || workers.signum() == 0) {
            return 0;
        }
        return size("work_mem", WORK_MEM)
                .multiply(size("hash_mem_multiplier", MULTIPLIER))
                .multiply(workers.add(BigDecimal.ONE))
                .longValue();
    }

    /// What is no number is left for the server to refuse.
    private BigDecimal size(String name, BigDecimal builtIn) {
        return setting.apply(name).map(text -> size(name, text, builtIn)).orElse(builtIn);
    }

    private static BigDecimal size(String name, String text, BigDecimal builtIn) {
        Matcher match = SIZE.matcher(text.strip());
        if (!match.matches()) {
            return builtIn;
        }
        String unit =
                Optional.ofNullable(match.group(2)).orElse(name.equals("work_mem") ? "kB" : "B");
        return new BigDecimal(match.group(1))
                .multiply(BigDecimal.valueOf(UNITS.getOrDefault(unit, 1L)));
    }
}
