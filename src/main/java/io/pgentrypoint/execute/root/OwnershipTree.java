package io.pgentrypoint.execute.root;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.function.Predicate;

/// All that lies below a directory, given to the server's user file by file. Each is opened without
/// following a link, looked at, and given as what was opened. What has a second name may lie
/// outside the tree too, and a device is a part of the machine: neither is given.
final class OwnershipTree {

    /// A cluster has six levels, and each takes two descriptors.
    private static final int DEEPEST = 64;

    private final Identity.Account account;
    private final Predicate<FileStatus> wrong;
    private long given;
    private long left;
    private String firstLeft = "";

    /// @param wrong what is to be given, of all that is not the server's user's
    OwnershipTree(Identity.Account account, Predicate<FileStatus> wrong) {
        this.account = account;
        this.wrong = wrong;
    }

    /// The directory itself stays as it is.
    void giveBelow(OpenFile directory) throws IOException {
        giveBelow(directory, 0);
    }

    private void giveBelow(OpenFile directory, int depth) throws IOException {
        if (depth == DEEPEST) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "it lies more than %d directories deep".formatted(DEEPEST));
        }
        directory.each(name -> {
            try {
                // Most are right, and need not be opened.
                FileStatus status = directory.status(name);
                if (status.isDirectory() || isWrong(status)) {
                    try (OpenFile entry = directory.entry(name)) {
                        give(entry, depth);
                    }
                }
            } catch (NoSuchFileException e) {
                // Somebody has removed it meanwhile.
            }
        });
    }

    private void give(OpenFile entry, int depth) throws IOException {
        FileStatus status = entry.status();
        if (status.isDirectory() && !isKept(status)) {
            giveBelow(entry, depth + 1);
        }
        if (!isWrong(status)) {
            return;
        }
        boolean may =
                switch (status.kind()) {
                    case DIRECTORY -> true;
                    case REGULAR, LINK, PIPE, SOCKET -> status.links() == 1;
                    case DEVICE -> false;
                };
        if (!may) {
            firstLeft = left++ == 0 ? entry + " (" + status + ")" : firstLeft;
        } else if (entry.give(account.uid(), account.gid())) {
            given++;
        }
    }

    private boolean isWrong(FileStatus status) {
        boolean right = status.uid() == account.uid() && status.gid() == account.gid();
        boolean ownHardLink = status.uid() == account.uid() && status.links() != 1;
        return !right && !ownHardLink && wrong.test(status);
    }

    /// Whoever does not want a mount does not want what lies below it either.
    private boolean isKept(FileStatus status) {
        return status.mount() && !wrong.test(status);
    }

    long given() {
        return given;
    }

    long left() {
        return left;
    }

    String firstLeft() {
        return firstLeft;
    }

    void requireNothingLeft(OpenFile directory) {
        if (left > 0) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot hand %s over to user %s: %d files in it have a second name (a hard link) or are devices, such as %s, and giving them away would give away more than is in it"
                            .formatted(directory, account.name(), left, firstLeft),
                    "copy them, or give all of it yourself: chown -R %s %s on the host"
                            .formatted(UserMap.onTheHost(account.uid(), account.gid()), directory));
        }
    }
}
