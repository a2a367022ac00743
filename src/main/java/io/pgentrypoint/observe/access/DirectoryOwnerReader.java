package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.report.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Looks at a directory as root: by open descriptors, and through no symbolic link but root's.
public final class DirectoryOwnerReader {

    private DirectoryOwnerReader() {}

    public static DirectoryOwner read(Path directory, Purpose purpose, ServerUser user) {
        try (PathWalk way = PathWalk.to(directory)) {
            return switch (way) {
                case PathWalk.Missing _ -> new DirectoryOwner.Missing(directory);
                case PathWalk.Crossed(Path link, String why) -> behind(directory, link, why, user);
                case PathWalk.Found(OpenFile file) -> found(directory, file, purpose, user);
            };
        } catch (IOException e) {
            return new DirectoryOwner.Unusable(directory, e.toString());
        }
    }

    /// What root does not know is what it may do there. What is the server's user's needs nothing,
    /// and that user may go where the link leads.
    private static DirectoryOwner behind(Path directory, Path link, String why, ServerUser user) {
        Optional<FileOwner> owner = FileOwner.of(directory);
        return Files.isDirectory(directory)
                        && owner.map(FileOwner::uid).equals(Optional.of(user.uid()))
                ? new DirectoryOwner.Servers(directory, Entries.none())
                : new DirectoryOwner.BehindLink(directory, link, why);
    }

    private static DirectoryOwner found(
            Path directory, OpenFile file, Purpose purpose, ServerUser user) throws IOException {
        FileStatus status = file.status();
        if (!status.isDirectory()) {
            return new DirectoryOwner.Unusable(directory, file + ": it is no directory");
        }
        if (status.uid() == user.uid()) {
            return new DirectoryOwner.Servers(directory, roots(file, purpose, user));
        }
        Content content = content(file, purpose, user);
        // Nobody needs to know how many there are of what stays as it is.
        Entries entries =
                content.mayBeGiven() ? OwnershipTree.below(file, user, _ -> true) : Entries.none();
        return new DirectoryOwner.Others(
                directory,
                new FileOwner(status.uid(), status.gid(), status.mode()),
                content,
                entries);
    }

    private static Entries roots(OpenFile directory, Purpose purpose, ServerUser user) {
        return switch (purpose) {
            case Purpose.Data _, Purpose.Wal _ -> StrayFiles.in(directory, user);
            case Purpose.Sockets _ -> Entries.none();
        };
    }

    /// @param directory of another user's
    public static Content content(OpenFile directory, Purpose purpose, ServerUser user)
            throws IOException {
        return switch (purpose) {
            case Purpose.Data _ -> Consent.read(directory, user);
            case Purpose.Wal(Path data) -> WalContent.read(directory, data);
            case Purpose.Sockets _ -> new Content.Ours();
        };
    }
}
