package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// From PostgreSQL 18 on the official image keeps each major version in a directory of its own. Who
/// mounts an older volume at its old place would get an empty database beside it.
public final class LegacyLayout {

    private static final Path HOME = Path.of("/var/lib/postgresql");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int FIRST_MAJOR = 18;
    private static final int MOUNT_POINT = 4;

    private LegacyLayout() {}

    /// What a first start would leave lying: what a rejoin has moved aside and not replaced, and
    /// older places, unless PGDATA is the user's own choice.
    public static List<String> read(Path dataDirectory, DataDirectory verdict, int major) {
        return verdict instanceof DataDirectory.Cluster
                ? List.of()
                : Stream.concat(
                                movedAside(new Layout(dataDirectory)).stream(),
                                read(HOME, MOUNTS, dataDirectory, major).stream())
                        .toList();
    }

    static List<String> movedAside(Layout layout) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> places =
                Files.newDirectoryStream(
                        layout.stateDirectory(),
                        String.valueOf(layout.replaced("*").getFileName()))) {
            places.forEach(place -> {
                if (holdsCluster(place)) {
                    found.add(place.toString());
                }
            });
        } catch (IOException | DirectoryIteratorException e) {
            // Without a state directory nothing was moved aside.
            return List.of();
        }
        return found.stream().sorted().toList();
    }

    public static List<String> read(Path home, Path mounts, Path dataDirectory, int major) {
        if (!dataDirectory.equals(home.resolve(String.valueOf(major)).resolve("docker"))) {
            return List.of();
        }
        Path before = home.resolve("data");
        List<String> found = new ArrayList<>();
        Stream.concat(Stream.of(home, before), versions(home))
                .filter(each -> !each.equals(dataDirectory) && holdsCluster(each))
                .forEach(each -> found.add(each.toString()));
        if (found.isEmpty() && major >= FIRST_MAJOR && isMounted(mounts, before)) {
            found.add(before + " (unused mount/volume)");
        }
        return found;
    }

    private static Stream<Path> versions(Path home) {
        try (Stream<Path> all = Files.list(home)) {
            return all.sorted().map(each -> each.resolve("docker")).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean holdsCluster(Path directory) {
        try {
            return Files.size(directory.resolve("PG_VERSION")) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isMounted(Path mounts, Path directory) {
        try {
            return InputFile.lines(mounts, StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.split(" ", MOUNT_POINT + 2))
                    .anyMatch(fields ->
                            fields.length > MOUNT_POINT
                                    && fields[MOUNT_POINT].equals(directory.toString()));
        } catch (IOException e) {
            return false;
        }
    }
}
