package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files of root's in a data directory of the server's user: a restore by root (docker cp, cp -r,
/// tar) has left them, for nobody else can have put them there. A volume of right files costs a
/// look at some of them, never a walk; where one is found all of them are counted.
final class StrayFiles {

    private static final Logger LOG = LoggerFactory.getLogger(StrayFiles.class);

    /// So many names of a directory at most.
    private static final int LOOK = 100;

    /// Of each database: a restore that brings the database brings them, and without the second one
    /// nobody can connect.
    private static final List<String> OF_A_DATABASE = List.of("PG_VERSION", "pg_filenode.map");

    private boolean found;

    private StrayFiles() {}

    /// @param directory of the server's user
    static Entries in(OpenFile directory, ServerUser user) {
        try {
            StrayFiles stray = new StrayFiles();
            stray.look(directory);
            return stray.found
                    ? OwnershipTree.rootsBelow(directory, user, _ -> true)
                    : Entries.none();
        } catch (IOException e) {
            // This root may be less than root. What the server's user lacks is said later.
            LOG.debug("Cannot look into {}: {}", directory, e.toString());
            return Entries.none();
        }
    }

    private void look(OpenFile directory) throws IOException {
        lookAt(directory, false);
        if (directory.has(OpenFile.bytes("PG_VERSION"))) {
            below(directory, "global", false);
            below(directory, "pg_wal", false);
            below(directory, "base", true);
        }
    }

    private void below(OpenFile directory, String name, boolean databases) throws IOException {
        try (OpenFile entry = directory.entry(OpenFile.bytes(name))) {
            if (entry.status().isDirectory()) {
                lookAt(entry, databases);
            }
        } catch (NoSuchFileException e) {
            // It is for the server to miss it.
        }
    }

    private void lookAt(OpenFile directory, boolean databases) throws IOException {
        int[] seen = {0};
        directory.each(name -> {
            boolean content = !Layout.NOT_CONTENT.contains(OpenFile.text(name));
            if (content && !found && seen[0]++ < LOOK) {
                judge(directory, name);
                if (databases) {
                    lookAtDatabase(directory, name);
                }
            }
        });
    }

    private void lookAtDatabase(OpenFile directory, byte[] name) throws IOException {
        try (OpenFile database = directory.entry(name)) {
            if (database.status().isDirectory()) {
                for (String file : OF_A_DATABASE) {
                    judge(database, OpenFile.bytes(file));
                }
            }
        }
    }

    private void judge(OpenFile directory, byte[] name) throws IOException {
        try {
            found = found || OwnershipTree.isRoots(directory.status(name));
        } catch (NoSuchFileException e) {
            // A file between two databases, or one that is gone.
        }
    }
}
