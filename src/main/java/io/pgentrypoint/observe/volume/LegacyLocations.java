package io.pgentrypoint.observe.volume;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Where the official images have kept their data: up to 17 in `/var/lib/postgresql/data`, from 18
/// on in `/var/lib/postgresql/MAJOR/docker`. A volume that is mounted for one and started with the
/// other looks empty, and its data lost.
final class LegacyLocations {

    private static final Path HOME = Path.of("/var/lib/postgresql");
    static final Path OLD = HOME.resolve("data");
    private static final Pattern NEW = Pattern.compile("/var/lib/postgresql/\\d+/docker");

    private LegacyLocations() {}

    static boolean isNew(Path dataDirectory) {
        return NEW.matcher(dataDirectory.toString()).matches();
    }

    /// Clusters beside that directory, by path.
    static List<Path> holding(Path dataDirectory) {
        if (!dataDirectory.startsWith(HOME)) {
            return List.of();
        }
        List<Path> candidates = new ArrayList<>(List.of(HOME, OLD));
        candidates.addAll(versions(HOME));
        candidates.addAll(versions(OLD));
        return candidates.stream()
                .filter(each -> !each.equals(dataDirectory))
                .filter(each -> Files.exists(each.resolve("PG_VERSION")))
                .sorted()
                .toList();
    }

    private static List<Path> versions(Path above) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(above, "[0-9]*")) {
            entries.forEach(entry -> found.add(entry.resolve("docker")));
        } catch (IOException | DirectoryIteratorException e) {
            // What cannot be looked into holds nothing for us.
            return List.of();
        }
        return found;
    }
}
