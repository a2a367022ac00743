package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What the ids in this container are outside of it. A rootless engine starts it in a user
/// namespace, where root is an ordinary user of the host and only the ids that were given to that
/// user mean anybody (user_namespaces(7)).
///
/// @param ranges lines of a map: first id in here, first id outside, how many
public record UserMap(List<Range> ranges) {

    private static final Pattern SPACE = Pattern.compile("\\s+");

    /// One line of a map.
    public record Range(long inside, long outside, long count) {
        boolean holds(long id) {
            return id >= inside && id - inside < count;
        }
    }

    public UserMap {
        ranges = List.copyOf(ranges);
    }

    public static UserMap ofUsers() {
        return read("/proc/self/uid_map");
    }

    public static UserMap ofGroups() {
        return read("/proc/self/gid_map");
    }

    /// Without user namespaces, or without /proc, an id is what it is.
    private static UserMap read(String file) {
        try {
            return parse(Files.readAllLines(Path.of(file)));
        } catch (IOException e) {
            return new UserMap(List.of(new Range(0, 0, Long.MAX_VALUE)));
        }
    }

    static UserMap parse(List<String> lines) {
        return new UserMap(lines.stream().map(UserMap::range).toList());
    }

    private static Range range(String line) {
        List<String> fields = SPACE.splitAsStream(line.strip()).toList();
        return new Range(
                Long.parseLong(fields.get(0)),
                Long.parseLong(fields.get(1)),
                Long.parseLong(fields.get(2)));
    }

    /// Empty for an id that means nobody: no file can be given to it, and no process can have it.
    public OptionalLong outside(long id) {
        return ranges.stream()
                .filter(range -> range.holds(id))
                .mapToLong(range -> range.outside() + id - range.inside())
                .findFirst();
    }

    /// For a chown on the host: `999:999`, or what these are there.
    public static String onTheHost(int uid, int gid) {
        return ofUsers().outside(uid).orElse(uid) + ":" + ofGroups().outside(gid).orElse(gid);
    }
}
