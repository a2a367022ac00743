package io.pgentrypoint.execute;

import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.timeline.WalNames;
import io.pgentrypoint.volume.ClusterLinks;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What only root can do, once, before this process becomes the server's user for good.
public final class Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final String SERVER_USER = "postgres";
    private static final Path SOCKETS = Path.of("/var/run/postgresql");
    private static final int PRIVATE = 0700;
    private static final int ALL_BITS = 07777;
    private static final int TOO_OPEN = 0027;
    // As the official image has it: the group may make sockets, and the sticky bit keeps them
    // apart.
    private static final int SOCKET_DIRECTORY = 03775;

    private Ownership() {}

    /// Root hands the directories over and steps down; any other user stays who it is. Either way
    /// the data directory ends as private as the server demands.
    ///
    /// @param beforeGiving done before a directory that another user's server may run on is given
    ///   away
    public static void settle(Settings settings, Runnable beforeGiving) {
        if (Identity.current().isRoot()) {
            handOverAll(settings, beforeGiving);
        }
        close(settings.dataDirectory());
        Identity.hideFromEqualUsers();
    }

    private static void handOverAll(Settings settings, Runnable beforeGiving) {
        Identity.Account account =
                Identity.account(SERVER_USER)
                        .orElseThrow(() ->
                                new Refusal(
                                        ExitCode.CANNOT_CREATE,
                                        "cannot run as root: PostgreSQL refuses to, and there"
                                                + " is no user postgres to become",
                                        "create that user, or start as another one"));
        if (isOthers(settings.dataDirectory(), account)) {
            refuseForeign(settings);
            beforeGiving.run();
        }
        requireMapped(account);
        settings.initdb()
                .walDirectory()
                .ifPresent(directory -> handOverWal(directory, account, settings.dataDirectory()));
        handOver(settings.dataDirectory(), PRIVATE, account);
        handOver(SOCKETS, SOCKET_DIRECTORY, account);
        Identity.stepDownTo(account.name(), account.uid(), account.gid());
        LOG.debug("Running as {} (uid {}, gid {})", account.name(), account.uid(), account.gid());
    }

    /// Whoever made those files has to find them as they were, and the server's user may not even
    /// be able to list them.
    private static void refuseForeign(Settings settings) {
        Optional<DataDirectory.Foreign> foreign = Observer.foreign(settings.dataDirectory());
        if (foreign.isPresent()) {
            throw Planner.foreign(settings, foreign.get());
        }
    }

    /// A user namespace of one id has a root who can become nobody else.
    private static void requireMapped(Identity.Account account) {
        if (UserMap.ofUsers().outside(account.uid()).isEmpty()
                || UserMap.ofGroups().outside(account.gid()).isEmpty()) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot become user %s: uid %d or gid %d means nobody in this user namespace (see /proc/self/uid_map and gid_map)"
                            .formatted(account.name(), account.uid(), account.gid()),
                    "give the user who runs the rootless engine a range of 65536 ids in /etc/subuid"
                            + " and /etc/subgid, or start the container as a user who is mapped"
                            + " (podman: --userns=keep-id:uid=%d,gid=%d)"
                                    .formatted(account.uid(), account.gid()));
        }
    }

    /// Kubernetes opens a volume to the pod's group (fsGroup) each time it mounts it, and the
    /// server starts with 0700 and 0750 only (checkDataDir).
    private static void close(Path dataDirectory) {
        // Whatever else it holds is none of our business, and a new cluster's is closed as it is
        // made.
        if (!Files.exists(dataDirectory.resolve("global/pg_control"))) {
            return;
        }
        narrow(dataDirectory);
    }

    /// As the server wants it, when it is ours.
    static void narrow(Path dataDirectory) {
        try {
            int mode = (int) Files.getAttribute(dataDirectory, "unix:mode") & ALL_BITS;
            boolean ours =
                    (int) Files.getAttribute(dataDirectory, "unix:uid") == Identity.current().uid();
            if (ours && (mode & TOO_OPEN) != 0) {
                LOG.info(
                        "Closing {} to others: mode {} becomes 0700",
                        dataDirectory,
                        "%04o".formatted(mode));
                Files.setAttribute(dataDirectory, "unix:mode", PRIVATE);
            }
        } catch (IOException e) {
            // The server will say so.
            LOG.debug("Cannot look at {}: {}", dataDirectory, e.toString());
        }
    }

    private static boolean isOthers(Path directory, Identity.Account account) {
        try {
            return Files.exists(directory)
                    && (int) Files.getAttribute(directory, "unix:uid") != account.uid();
        } catch (IOException e) {
            // The next one to look says so.
            return false;
        }
    }

    /// Somebody else's files stay somebody else's, the WAL of another cluster too: its server may
    /// run. A cluster that exists may have its WAL elsewhere.
    static void handOverWal(Path directory, Identity.Account account, Path dataDirectory) {
        Optional<Path> other =
                isOthers(directory, account)
                        ? others(directory, mayHaveWal(directory, dataDirectory))
                        : Optional.empty();
        if (other.isEmpty()) {
            handOver(directory, PRIVATE, account);
        } else if (Files.exists(dataDirectory.resolve("global/pg_control"))) {
            LOG.warn(
                    "Not giving {} (POSTGRES_INITDB_WALDIR) to user {}: it holds {}, which is no WAL of the"
                            + " cluster in {}",
                    directory,
                    account.name(),
                    other.get(),
                    dataDirectory);
        } else {
            throw FreePlace.occupied(directory, other.get());
        }
    }

    /// A cluster has it where its link leads. Whoever has a journal is still being put together.
    private static boolean mayHaveWal(Path directory, Path dataDirectory) {
        try {
            Optional<Path> link = ClusterLinks.wal(dataDirectory);
            return Files.exists(new Layout(dataDirectory).journal())
                    || (link.isPresent() && Files.isSameFile(link.get(), directory));
        } catch (IOException e) {
            // It leads nowhere.
            return false;
        }
    }

    private static Optional<Path> others(Path directory, boolean walIsOurs) {
        try {
            return FileTree.list(directory).stream()
                    .filter(there -> {
                        String name = String.valueOf(there.getFileName());
                        return Layout.isContent(name)
                                && !(walIsOurs && WalNames.isWal(name))
                                && !name.startsWith(Layout.STATE_DIRECTORY)
                                && !Layout.isReplaced(name);
                    })
                    .findFirst();
        } catch (IOException e) {
            // Whoever cannot list it cannot give it away, and says so.
            return Optional.empty();
        }
    }

    /// The top directory stands for all below it: a volume of a million right files costs one stat.
    /// So it is given last, or a start that was killed meanwhile would look like a finished one.
    static void handOver(Path directory, int mode, Identity.Account account) {
        try {
            boolean fresh = !Files.exists(directory);
            Files.createDirectories(directory);
            boolean owned = (int) Files.getAttribute(directory, "unix:uid") == account.uid();
            if (!owned && !fresh) {
                LOG.info("Giving {} and what it holds to user {}", directory, account.name());
            }
            if (fresh || !owned) {
                Files.setAttribute(directory, "unix:mode", mode);
            }
            if (!owned) {
                giveAll(directory, account);
            }
        } catch (IOException e) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot hand " + directory + " over to user " + account.name() + ": " + e,
                    "chown it to "
                            + UserMap.onTheHost(account.uid(), account.gid())
                            + " on the host, or start the container with --user and a volume of that"
                            + " user",
                    e);
        }
    }

    private static void giveAll(Path directory, Identity.Account account) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    // The top comes last: it says that all below it is done, also to the next start
                    // after one that was killed here.
                    @Override
                    public FileVisitResult postVisitDirectory(Path below, @Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        give(below, account);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        give(file, account);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void give(Path path, Identity.Account account) throws IOException {
        Files.setAttribute(path, "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", account.gid(), LinkOption.NOFOLLOW_LINKS);
    }
}
