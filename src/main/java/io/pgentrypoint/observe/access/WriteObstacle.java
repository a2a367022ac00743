package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A place that this user cannot write to.
public record WriteObstacle(String sentence, String remedy) {

    static Optional<WriteObstacle> notWritable(Path directory, String what, String otherwise) {
        if (Files.isDirectory(directory) && Files.isWritable(directory)) {
            return Optional.empty();
        }
        if (!Files.exists(directory)) {
            return Optional.of(
                    new WriteObstacle(
                            "%s (for %s) does not exist".formatted(directory, what), otherwise));
        }
        return Optional.of(of(directory, what, otherwise));
    }

    static Optional<WriteObstacle> notOwned(Path directory, String what, String otherwise) {
        return isOurs(directory) && Files.isWritable(directory)
                ? Optional.empty()
                : Optional.of(of(directory, what, otherwise));
    }

    private static WriteObstacle of(Path directory, String what, String otherwise) {
        return new WriteObstacle(
                "%s (for %s) %s".formatted(directory, what, describe(directory)),
                remedy(directory, otherwise));
    }

    private static String remedy(Path directory, String otherwise) {
        Identity us = Identity.current();
        if (isReadOnly(directory)) {
            return otherwise;
        }
        return isOurs(directory)
                ? "chmod u+rwx " + directory
                : "give it to this user (chown %s on the host), or %s"
                        .formatted(UserMap.onTheHost(us.uid(), us.gid()), otherwise);
    }

    private static boolean isReadOnly(Path directory) {
        try {
            return Files.getFileStore(directory).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    private static String describe(Path directory) {
        return Files.isDirectory(directory)
                ? FileOwner.of(directory)
                        .map(owner ->
                                "belongs to %s%s"
                                        .formatted(
                                                owner,
                                                isReadOnly(directory) ? ", and is read-only" : ""))
                        .orElse("cannot be looked at")
                : "is no directory";
    }

    /// Where it cannot be known, access(2) alone decides.
    private static boolean isOurs(Path directory) {
        int us = Identity.current().uid();
        return FileOwner.of(directory).map(FileOwner::uid).orElse(us) == us;
    }
}
