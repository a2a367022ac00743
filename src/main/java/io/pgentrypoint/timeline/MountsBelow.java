package io.pgentrypoint.timeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// File systems that are mounted into a data directory, a single file included: rename(2) answers
/// EBUSY for them, in the middle of a move.
final class MountsBelow {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    // proc(5): the fifth field is the mount point; blank, tab, line break and backslash are octal.
    private static final int MOUNT_POINT = 4;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private MountsBelow() {}

    static List<Path> of(Path directory) throws IOException {
        return Files.exists(MOUNTS)
                ? in(Files.readString(MOUNTS, StandardCharsets.UTF_8), directory.toRealPath())
                : List.of();
    }

    static List<Path> in(String mounts, Path directory) {
        List<Path> below = new ArrayList<>();
        for (String line : mounts.lines().toList()) {
            String[] fields = line.split(" ", -1);
            if (fields.length > MOUNT_POINT) {
                Path point =
                        Path.of(
                                OCTAL.matcher(fields[MOUNT_POINT])
                                        .replaceAll(MountsBelow::decoded));
                if (point.startsWith(directory) && !point.equals(directory)) {
                    below.add(point);
                }
            }
        }
        return below;
    }

    private static String decoded(MatchResult octal) {
        char c = (char) Integer.parseInt(octal.group(1), 8);
        return c == '\\' ? "\\\\" : String.valueOf(c);
    }
}
