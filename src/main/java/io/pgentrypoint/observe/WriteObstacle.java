package io.pgentrypoint.observe;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A place that this user cannot write to.
record WriteObstacle(String sentence, String remedy) {

    private static final int PERMISSIONS = 07777;

    static Optional<WriteObstacle> notWritable(Path directory, String what, String otherwise) {
        if (Files.isDirectory(directory) && Files.isWritable(directory)) {
            return Optional.empty();
        }
        if (!Files.exists(directory)) {
            return Optional.of(
                    new WriteObstacle(directory + " (for " + what + ") does not exist", otherwise));
        }
        return Optional.of(of(directory, what, otherwise));
    }

    static Optional<WriteObstacle> notOwned(Path directory, String what, String otherwise) {
        boolean owned = uid(directory) == Identity.current().uid();
        return owned && Files.isWritable(directory)
                ? Optional.empty()
                : Optional.of(of(directory, what, otherwise));
    }

    private static WriteObstacle of(Path directory, String what, String otherwise) {
        return new WriteObstacle(
                directory + " (for " + what + ") " + describe(directory),
                remedy(directory, otherwise));
    }

    private static String remedy(Path directory, String otherwise) {
        Identity us = Identity.current();
        if (isReadOnly(directory)) {
            return otherwise;
        }
        return uid(directory) == us.uid()
                ? "chmod u+rwx " + directory
                : "give it to this user (chown "
                        + UserMap.onTheHost(us.uid(), us.gid())
                        + " on the host), or "
                        + otherwise;
    }

    private static boolean isReadOnly(Path directory) {
        try {
            return Files.getFileStore(directory).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    private static String describe(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                return "is no directory";
            }
            Map<String, Object> seen = Files.readAttributes(directory, "unix:uid,gid");
            return "belongs to uid "
                    + seen.get("uid")
                    + ", gid "
                    + seen.get("gid")
                    + ", mode "
                    + "%04o"
                            .formatted(
                                    (int) Files.getAttribute(directory, "unix:mode") & PERMISSIONS)
                    + (isReadOnly(directory) ? ", and is read-only" : "");
        } catch (IOException | UnsupportedOperationException e) {
            return "cannot be looked at: " + e.getMessage();
        }
    }

    private static int uid(Path directory) {
        try {
            return (int) Files.getAttribute(directory, "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            // No such thing on this platform: then access(2) alone decides.
            return Identity.current().uid();
        }
    }
}
