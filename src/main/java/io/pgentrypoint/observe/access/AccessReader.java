package io.pgentrypoint.observe.access;

import io.pgentrypoint.observe.datadir.DataDirectoryReader;
import io.pgentrypoint.observe.volume.VolumeReader;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Looks at who this process is to its volume, and changes nothing.
public final class AccessReader {

    private static final Path SOCKETS = Path.of("/var/run/postgresql");
    private static final int TOO_OPEN = 0027;

    private AccessReader() {}

    public static Access look(Settings settings, Programs programs) {
        Identity identity = Identity.current();
        return identity.isRoot() ? asRoot(settings) : asUser(settings, identity, programs);
    }

    private static Access asRoot(Settings settings) {
        Optional<Identity.Account> account =
                Identity.account(ServerUser.NAME).filter(found -> found.uid() != 0);
        if (account.isEmpty()) {
            return new Access.AsRootOnly(new Access.Lack.NoAccount(ServerUser.NAME));
        }
        if (!OpenFile.available()) {
            return new Access.AsRootOnly(new Access.Lack.NoNativeCalls(ServerUser.NAME));
        }
        ServerUser user = ServerUser.of(account.get());
        if (UserMap.ofUsers().outside(user.uid()).isEmpty()
                || UserMap.ofGroups().outside(user.gid()).isEmpty()) {
            return new Access.AsRootOnly(new Access.Lack.NotMapped(user));
        }
        return asRoot(settings, user);
    }

    private static Access asRoot(Settings settings, ServerUser user) {
        Path data = settings.dataDirectory();
        Optional<DirectoryOwner> wal =
                settings.initdb()
                        .walDirectory()
                        .map(path -> DirectoryOwnerReader.read(path, new Purpose.Wal(data), user));
        boolean othersWal =
                wal.isPresent()
                        && wal.get() instanceof DirectoryOwner.Others others
                        && !others.content().mayBeGiven();
        return new Access.AsRoot(
                user,
                DirectoryOwnerReader.read(data, new Purpose.Data(), user),
                wal,
                DirectoryOwnerReader.read(SOCKETS, new Purpose.Sockets(), user),
                othersWal && hasCluster(data));
    }

    private static Access asUser(Settings settings, Identity us, Programs programs) {
        Path data = settings.dataDirectory();
        Access.Writing writing = new WritingReader(settings, programs).read();
        return new Access.AsUser(
                us.uid(),
                us.gid(),
                open(data, us),
                // It may be that this user cannot look into it.
                writing.obstacles().isEmpty() && DataDirectoryReader.isForeign(data),
                VolumeReader.user(new Layout(data)),
                writing);
    }

    private static boolean hasCluster(Path data) {
        return Files.exists(data.resolve("global/pg_control"));
    }

    /// Whatever else it holds is none of our business, and a new cluster's is closed as it is made.
    private static Optional<FileOwner> open(Path data, Identity us) {
        return hasCluster(data)
                ? FileOwner.of(data)
                        .filter(owner -> owner.uid() == us.uid() && (owner.mode() & TOO_OPEN) != 0)
                : Optional.empty();
    }
}
