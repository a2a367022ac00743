package io.pgentrypoint.observe.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is mounted where, from /proc/self/mountinfo (proc_pid_mountinfo(5)).
public record Mounts(List<Mount> all) {

    private static final Pattern SPACE = Pattern.compile(" ");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /// One of them.
    ///
    /// @param root what of that file system is mounted
    /// @param type of the file system, `overlay` or `nfs4`
    /// @param source device or server, or a word such as `overlay`
    public record Mount(Path point, String root, String type, String source, boolean readOnly) {}

    public Mounts {
        all = List.copyOf(all);
    }

    /// Empty where there is no such file.
    public static Mounts read() {
        try {
            return parse(
                    new String(
                            Files.readAllBytes(Path.of("/proc/self/mountinfo")),
                            StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Mounts(List.of());
        }
    }

    // 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/root rw
    static Mounts parse(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            List<String> fields = SPACE.splitAsStream(line).toList();
            int separator = fields.indexOf("-");
            if (separator >= 6 && fields.size() > separator + 2) {
                point(unescaped(fields.get(4)))
                        .ifPresent(point ->
                                mounts.add(
                                        new Mount(
                                                point,
                                                unescaped(fields.get(3)),
                                                fields.get(separator + 1),
                                                unescaped(fields.get(separator + 2)),
                                                isReadOnly(fields.get(5)))));
            }
        }
        return new Mounts(mounts);
    }

    private static boolean isReadOnly(String options) {
        return List.of(options.split(",", -1)).contains("ro");
    }

    /// None where this locale has no such letters: no path of ours can lead there.
    private static Optional<Path> point(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// Blank, tab, line feed and backslash are written in octal there.
    private static String unescaped(String field) {
        return OCTAL.matcher(field)
                .replaceAll(match ->
                        Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }

    /// The file system that a path is on; of two at one place the later hides the earlier.
    ///
    /// @param path without symbolic links
    public Optional<Mount> of(Path path) {
        Optional<Mount> nearest = Optional.empty();
        for (Mount mount : all) {
            boolean covers = path.startsWith(mount.point());
            int depth = nearest.map(found -> found.point().getNameCount()).orElse(-1);
            if (covers && mount.point().getNameCount() >= depth) {
                nearest = Optional.of(mount);
            }
        }
        return nearest;
    }

    /// What is mounted into a directory, a single file included: rename(2) and unlink(2) answer
    /// EBUSY for it.
    ///
    /// @param directory without symbolic links
    public List<Path> below(Path directory) {
        return all.stream()
                .map(Mount::point)
                .filter(point -> point.startsWith(directory) && !point.equals(directory))
                .toList();
    }

    public boolean isMountPoint(Path path) {
        return all.stream().anyMatch(mount -> mount.point().equals(path));
    }
}
