package io.pgentrypoint.execute.root;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds, makes and gives away directories. The top of each stands for all below it and is given
/// last: one that was killed meanwhile is done again.
final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final int PRIVATE = 0700;
    private static final int PASSABLE = 0755;
    private static final int DEEPEST = 1000;

    private final Identity.Account account;

    HandOver(Identity.Account account) {
        this.account = account;
    }

    /// A directory that needs no question whose it is.
    void settle(Path path, int mode) {
        try (DirectoryHandle place = place(path)) {
            settle(place, path, mode);
        } catch (IOException e) {
            throw refusal(path, e);
        }
    }

    void settle(DirectoryHandle place, Path path, int mode) throws IOException {
        if (place instanceof DirectoryHandle.Absent) {
            make(path);
            try (DirectoryHandle made = place(path)) {
                give(made, mode);
            }
        } else {
            give(place, mode);
        }
    }

    DirectoryHandle place(Path path) throws IOException {
        return place(path, _ -> {});
    }

    /// A right one is looked into, not walked through: see [StrayFiles].
    DirectoryHandle cluster(Path path) throws IOException {
        return place(path, file -> StrayFiles.collect(file, account));
    }

    private DirectoryHandle place(Path path, Consumer<OpenFile> right) throws IOException {
        return switch (PathWalk.to(path)) {
            case PathWalk.Missing missing -> {
                missing.above().close();
                yield new DirectoryHandle.Absent();
            }
            case PathWalk.Crossed crossed -> behind(path, crossed);
            case PathWalk.Found(OpenFile file) -> found(file, right);
        };
    }

    private DirectoryHandle found(OpenFile file, Consumer<OpenFile> right) throws IOException {
        try {
            FileStatus status = file.status();
            if (!status.isDirectory()) {
                throw new FileSystemException(file.toString(), null, "it is no directory");
            }
            if (status.uid() != account.uid()) {
                return new DirectoryHandle.Others(file);
            }
            right.accept(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        file.close();
        return new DirectoryHandle.Right();
    }

    /// Where somebody else's link leads root does nothing. What is the server's user's needs
    /// nothing, and that user may go where the link leads.
    private DirectoryHandle behind(Path path, PathWalk.Crossed crossed) {
        Optional<FileOwner> owner = FileOwner.of(path);
        if (Files.isDirectory(path) && owner.isPresent() && owner.get().uid() == account.uid()) {
            return new DirectoryHandle.Right();
        }
        throw new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot hand %s over to user %s: it leads through the symbolic link %s, which %s"
                        .formatted(path, account.name(), crossed.link(), crossed.why()),
                "name the directory itself, or let root make that link; nothing was touched");
    }

    /// With the directories above it, which stay root's. What it is then is for the next one to
    /// look at.
    void make(Path path) throws IOException {
        boolean done = false;
        for (int round = 0; round < DEEPEST && !done; round++) {
            try (PathWalk way = PathWalk.to(path)) {
                if (way instanceof PathWalk.Missing missing) {
                    done = missing.last();
                    missing.above().makeDirectory(missing.name(), done ? PRIVATE : PASSABLE);
                } else {
                    done = true;
                }
            }
        }
    }

    void give(DirectoryHandle place, int mode) throws IOException {
        if (place instanceof DirectoryHandle.Others(OpenFile directory)) {
            boolean[] empty = {true};
            directory.each(_ -> empty[0] = false);
            if (!empty[0]) {
                LOG.info("Giving {} and what it holds to user {}", directory, account.name());
            }
            directory.mode(mode);
            OwnershipTree tree = new OwnershipTree(account, _ -> true);
            tree.giveBelow(directory);
            tree.requireNothingLeft(directory);
            boolean _ = directory.give(account.uid(), account.gid());
        }
    }

    Identity.Account account() {
        return account;
    }

    Refusal refusal(Path directory, IOException e) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot hand %s over to user %s: %s".formatted(directory, account.name(), e),
                "chown it to %s on the host, or start the container with --user and a volume of that user"
                        .formatted(UserMap.onTheHost(account.uid(), account.gid())),
                e);
    }
}
