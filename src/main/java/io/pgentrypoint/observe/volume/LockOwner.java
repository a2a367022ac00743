package io.pgentrypoint.observe.volume;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who runs on a volume, as written beside the data: the lock says that there is someone, and this
/// says who. Its text has one length for all beats, so that each overwrites the one before.
///
/// @param host name of the container, or of the machine
/// @param container id, empty where none is known
/// @param boot id of the kernel's boot: tells machines apart
/// @param namespace of process ids
/// @param locked whether the lock was to be had there
/// @param beats how often it has said that it lives
public record LockOwner(
        String host,
        String container,
        String boot,
        String namespace,
        long pid,
        Instant since,
        boolean locked,
        long beats) {

    static final String UNKNOWN = "unknown";

    private static final int SHOWN = 12;
    private static final int BEATS_DIGITS = 10;

    public LockOwner beat() {
        return new LockOwner(
                host,
                container,
                boot,
                namespace,
                pid,
                since,
                locked,
                (beats + 1) % 10_000_000_000L);
    }

    public LockOwner withLock(boolean held) {
        return new LockOwner(host, container, boot, namespace, pid, since, held, beats);
    }

    /// Only a kernel that tells its boot can be told from another.
    public boolean isOnKernelOf(LockOwner other) {
        return boot.equals(other.boot) && !boot.equals(UNKNOWN);
    }

    /// The same run of the same program.
    public boolean isSame(LockOwner other) {
        return pid == other.pid
                && boot.equals(other.boot)
                && namespace.equals(other.namespace)
                && since.equals(other.since);
    }

    /// Process ids mean the same to both.
    public boolean isNeighbourOf(LockOwner other) {
        return isOnKernelOf(other) && namespace.equals(other.namespace);
    }

    public String describe() {
        String id =
                container.isEmpty()
                        ? ""
                        : "container %s, "
                                .formatted(
                                        container.substring(
                                                0, Math.min(SHOWN, container.length())));
        return "host " + host + " (" + id + "process " + pid + ", since " + since + ")";
    }

    /// Of one length, as it is written in place. Without `%d`, which makes the JDK load the digits
    /// of the locale: each start writes this before its server.
    public String text() {
        String number = Long.toString(beats);
        return """
        host %s
        container %s
        boot %s
        namespace %s
        pid %s
        since %s
        locked %-5b
        beats %s%s
        """
                .formatted(
                        host,
                        container,
                        boot,
                        namespace,
                        pid,
                        since,
                        locked,
                        "0".repeat(Math.max(0, BEATS_DIGITS - number.length())),
                        number);
    }

    /// Empty when it is none, or only half written.
    public static Optional<LockOwner> parse(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines()
                .forEach(line -> {
                    int blank = line.indexOf(' ');
                    if (blank > 0) {
                        values.put(
                                line.substring(0, blank).toLowerCase(Locale.ROOT),
                                line.substring(blank + 1).strip());
                    }
                });
        try {
            return Optional.of(
                    new LockOwner(
                            value(values, "host"),
                            values.getOrDefault("container", ""),
                            value(values, "boot"),
                            value(values, "namespace"),
                            Long.parseLong(value(values, "pid")),
                            Instant.parse(value(values, "since")),
                            Boolean.parseBoolean(value(values, "locked")),
                            Long.parseLong(value(values, "beats"))));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name);
        }
        return value;
    }
}
