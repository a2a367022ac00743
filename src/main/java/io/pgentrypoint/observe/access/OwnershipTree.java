package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// All that lies below a directory and is not the server's user's, file by file. Each is opened
/// without following a link and looked at as what was opened. What has a second name may lie
/// outside the tree too, and a device is a part of the machine: neither is given to anybody.
public final class OwnershipTree {

    /// A cluster has six levels, and each takes two descriptors.
    private static final int DEEPEST = 64;

    private final ServerUser user;
    private final Predicate<FileStatus> wrong;
    private final Taker taker;
    private final SortedMap<Integer, Long> owners = new TreeMap<>();
    private long kept;
    private String firstKept = "";

    /// What is done with each entry that is to be given.
    public interface Taker {
        /// @return whether it could be given: on a read-only file system it cannot
        boolean take(OpenFile entry) throws IOException;
    }

    /// @param wrong what is to be given, of all that is not the server's user's
    private OwnershipTree(ServerUser user, Predicate<FileStatus> wrong, Taker taker) {
        this.user = user;
        this.wrong = wrong;
        this.taker = taker;
    }

    /// Whoever it belongs to. The directory itself is not counted.
    public static Entries below(OpenFile directory, ServerUser user, Taker taker)
            throws IOException {
        return of(directory, new OwnershipTree(user, _ -> true, taker));
    }

    /// Root's only. A mounted file is the mount's owner's.
    public static Entries rootsBelow(OpenFile directory, ServerUser user, Taker taker)
            throws IOException {
        return of(directory, new OwnershipTree(user, OwnershipTree::isRoots, taker));
    }

    static boolean isRoots(FileStatus status) {
        return status.uid() == 0 && !status.mount();
    }

    private static Entries of(OpenFile directory, OwnershipTree tree) throws IOException {
        tree.below(directory, 0);
        return new Entries(tree.owners, tree.kept, tree.firstKept);
    }

    private void below(OpenFile directory, int depth) throws IOException {
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
                        visit(entry, depth);
                    }
                }
            } catch (NoSuchFileException e) {
                // Somebody has removed it meanwhile.
            }
        });
    }

    private void visit(OpenFile entry, int depth) throws IOException {
        FileStatus status = entry.status();
        if (status.isDirectory() && !isKept(status)) {
            below(entry, depth + 1);
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
            firstKept = kept++ == 0 ? entry + " (" + status + ")" : firstKept;
        } else if (taker.take(entry)) {
            owners.merge(status.uid(), 1L, Long::sum);
        }
    }

    private boolean isWrong(FileStatus status) {
        boolean right = status.uid() == user.uid() && status.gid() == user.gid();
        boolean ownHardLink = status.uid() == user.uid() && status.links() != 1;
        return !right && !ownHardLink && wrong.test(status);
    }

    /// Whoever does not want a mount does not want what lies below it either.
    private boolean isKept(FileStatus status) {
        return status.mount() && !wrong.test(status);
    }
}
