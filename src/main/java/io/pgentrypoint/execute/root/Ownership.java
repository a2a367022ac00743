package io.pgentrypoint.execute.root;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Root gives the directories to the server's user and becomes that user.
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

    private final Settings settings;
    private final HandOver handOver;
    private final Identity.Account account;

    private Ownership(Settings settings, Identity.Account account) {
        this.settings = settings;
        this.account = account;
        handOver = new HandOver(account);
    }

    /// Root hands the directories over and steps down; any other user stays who it is. Either way
    /// the data directory ends as private as the server demands.
    ///
    /// @param hold keeps the servers of other users away from a data directory that is given away,
    ///   until it is closed
    public static void settle(Settings settings, Function<OpenFile, Closeable> hold) {
        if (Identity.current().isRoot()) {
            Identity.Account account = account();
            new Ownership(settings, account).handOverAll(hold);
            Identity.stepDownTo(account.name(), account.uid(), account.gid());
            LOG.debug(
                    "Running as {} (uid {}, gid {})", account.name(), account.uid(), account.gid());
        }
        close(settings.dataDirectory());
        Identity.hideFromEqualUsers();
    }

    private static Identity.Account account() {
        Identity.Account account =
                Identity.account(SERVER_USER)
                        .orElseThrow(() ->
                                new Refusal(
                                        ExitCode.CANNOT_CREATE,
                                        "cannot run as root: PostgreSQL refuses to, and there is no user postgres to become",
                                        "create that user, or start as another one"));
        if (!OpenFile.available()) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot become user %s: no native calls on this platform"
                            .formatted(SERVER_USER),
                    "start it as that user");
        }
        requireMapped(account);
        return account;
    }

    /// A user namespace of one id has a root who can become nobody else.
    private static void requireMapped(Identity.Account account) {
        if (UserMap.ofUsers().outside(account.uid()).isEmpty()
                || UserMap.ofGroups().outside(account.gid()).isEmpty()) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot become user %s: uid %d or gid %d means nobody in this user namespace (see /proc/self/uid_map and gid_map)"
                            .formatted(account.name(), account.uid(), account.gid()),
                    "give the user who runs the rootless engine a range of 65536 ids in /etc/subuid and /etc/subgid, or start the container as a user who is mapped (podman: --userns=keep-id:uid=%d,gid=%d)"
                            .formatted(account.uid(), account.gid()));
        }
    }

    private void handOverAll(Function<OpenFile, Closeable> hold) {
        Path path = settings.dataDirectory();
        try (DirectoryHandle data = handOver.cluster(path);
                Closeable _ = held(data, hold)) {
            settings.initdb().walDirectory().ifPresent(wal -> WalHandOver.of(handOver, wal, path));
            if (data instanceof DirectoryHandle.Absent) {
                handOver.make(path);
                try (DirectoryHandle made = handOver.place(path)) {
                    requireOurs(made);
                    handOver.give(made, PRIVATE);
                }
            } else {
                handOver.give(data, PRIVATE);
            }
        } catch (IOException e) {
            throw handOver.refusal(path, e);
        }
        handOver.settle(SOCKETS, SOCKET_DIRECTORY);
    }

    private Closeable held(DirectoryHandle data, Function<OpenFile, Closeable> hold)
            throws IOException {
        requireOurs(data);
        return data instanceof DirectoryHandle.Others(OpenFile directory)
                ? hold.apply(directory)
                : () -> {};
    }

    private void requireOurs(DirectoryHandle data) throws IOException {
        if (data instanceof DirectoryHandle.Others(OpenFile directory)) {
            Consent.require(directory, settings, account);
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

    /// As the server wants it, when it is ours; as the server's user.
    public static void narrow(Path dataDirectory) {
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
}
