package io.pgentrypoint.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A file that somebody else replaces, as it was seen. It need not be readable.
///
/// @param state another one for another content; empty for a file that cannot be seen
public record WatchedFile(Path path, String state) {

    static WatchedFile at(Path path) {
        return new WatchedFile(path, stateOf(path));
    }

    public WatchedFile again() {
        return at(path);
    }

    private static String stateOf(Path path) {
        try {
            BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
            return String.valueOf(seen.fileKey())
                    .concat(seen.lastModifiedTime().toString())
                    .concat(String.valueOf(seen.size()));
        } catch (IOException e) {
            return "";
        }
    }
}
