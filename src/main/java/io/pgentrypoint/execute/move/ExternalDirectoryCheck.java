package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Relocation.Kind;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a part of a new cluster may lie in a place outside its data directory: asked before
/// anything is built.
final class ExternalDirectoryCheck {

    private ExternalDirectoryCheck() {}

    static void require(Kind kind, Path place, String major) throws IOException {
        if (Files.exists(place) && !Files.isDirectory(place)) {
            throw Refusals.noDirectory(kind, place);
        }
        if (Files.exists(place) && !Files.isWritable(place)) {
            throw Refusals.notWritable(kind, place, Identity.current(), FileOwner.of(place));
        }
        for (Path there : FileTree.list(place)) {
            String name = String.valueOf(there.getFileName());
            switch (kind) {
                // A second server that writes there would mix its segments with ours.
                case WAL -> {
                    if (Layout.isContent(name) && !Layout.isReplaced(name)) {
                        throw Refusals.walDirectoryNotEmpty(place, there);
                    }
                }
                // By the rule of CREATE TABLESPACE (create_tablespace_directories): the place may
                // hold other files, and tablespaces of servers of other major versions.
                case TABLESPACE -> {
                    if (kind.isContent(name, major)) {
                        throw Refusals.tablespaceOfAnotherServer(place, there);
                    }
                }
            }
        }
    }
}
