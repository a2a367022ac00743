package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Relocation.Kind;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a part of a new cluster may lie in a place outside its data directory: asked before
/// anything is built.
final class ExternalDirectoryCheck {

    private static final String NOTHING_TOUCHED = "; nothing was touched";

    private ExternalDirectoryCheck() {}

    static void require(Kind kind, Path place, String major) throws IOException {
        String intent =
                switch (kind) {
                    case WAL -> "cannot put the WAL in " + place;
                    case TABLESPACE -> "cannot clone a tablespace to " + place;
                };
        refuseIf(
                Files.exists(place) && !Files.isDirectory(place),
                intent + ": it is no directory",
                "move it away and start again");
        if (Files.exists(place) && !Files.isWritable(place)) {
            Identity us = Identity.current();
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "%s as uid %s: it belongs to %s"
                            .formatted(
                                    intent,
                                    us.uid(),
                                    FileOwner.of(place).map(FileOwner::toString).orElse("nobody")),
                    "give it to this user: chown it to " + UserMap.onTheHost(us.uid(), us.gid()));
        }
        for (Path there : FileTree.list(place)) {
            String name = String.valueOf(there.getFileName());
            switch (kind) {
                // A second server that writes there would mix its segments with ours.
                case WAL ->
                        refuseIf(
                                Layout.isContent(name) && !Layout.isReplaced(name),
                                "%s: it holds %s".formatted(intent, there),
                                "set POSTGRES_INITDB_WALDIR to an empty directory");
                // By the rule of CREATE TABLESPACE (create_tablespace_directories): the place may
                // hold other files, and tablespaces of servers of other major versions.
                case TABLESPACE ->
                        refuseIf(
                                kind.isContent(name, major),
                                "%s: %s is there already, of another server"
                                        .formatted(intent, there),
                                "move it away, or mount another volume there, and start again");
            }
        }
    }

    private static void refuseIf(boolean found, String reason, String remedy) {
        if (found) {
            throw new Refusal(ExitCode.DATA, reason, remedy + NOTHING_TOUCHED);
        }
    }
}
