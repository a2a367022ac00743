package io.pgentrypoint.observe.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How big the file system of a directory is, and how much of it this user may still write.
public record Space(Path directory, long total, long free) {

    /// Of a directory that may not exist yet: then of the one above it.
    static Space read(Path directory) {
        Path there = existing(directory);
        return new Space(directory, there.toFile().getTotalSpace(), free(there));
    }

    /// What is free right now.
    public long freeNow() {
        return free(existing(directory));
    }

    /// The same for all that shares one file system, however often that is mounted (stat(2)).
    public static Object device(Path directory) throws IOException {
        return Files.getAttribute(directory, "unix:dev");
    }

    private static long free(Path there) {
        return there.toFile().getUsableSpace();
    }

    static Path existing(Path directory) {
        Path there = directory;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return there.toRealPath();
        } catch (IOException e) {
            return there;
        }
    }
}
