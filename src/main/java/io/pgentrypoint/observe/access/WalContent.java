package io.pgentrypoint.observe.access;

import io.pgentrypoint.observe.wal.WalNames;
import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is in the directory of POSTGRES_INITDB_WALDIR. Somebody else's files stay somebody else's,
/// the WAL of another cluster too: its server may run. A cluster that exists may have its WAL
/// elsewhere.
final class WalContent {

    private WalContent() {}

    /// @param data PGDATA
    static Content read(OpenFile directory, Path data) throws IOException {
        boolean walIsOurs = mayHaveWal(data, directory);
        List<String> found = new ArrayList<>();
        directory.each(bytes -> {
            String name = OpenFile.text(bytes);
            if (Layout.isContent(name)
                    && !(walIsOurs && WalNames.isWal(name))
                    && !name.startsWith(Layout.STATE_DIRECTORY)
                    && !Layout.isReplaced(name)) {
                found.add(directory + "/" + name);
            }
        });
        return found.stream()
                .min(String::compareTo)
                .<Content>map(first -> new Content.Foreign(List.of(first)))
                .orElseGet(Content.Ours::new);
    }

    /// A cluster has it where its link leads. One with a journal is still being put together.
    private static boolean mayHaveWal(Path data, OpenFile directory) throws IOException {
        try (PathWalk way = PathWalk.to(data)) {
            return way instanceof PathWalk.Found(OpenFile file)
                    && (hasJournal(file) || leadsTo(file, directory));
        }
    }

    private static boolean hasJournal(OpenFile data) throws IOException {
        try (OpenFile state = data.entry(OpenFile.bytes(Layout.STATE_DIRECTORY))) {
            return state.status().isDirectory() && state.has(OpenFile.bytes("journal"));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean leadsTo(OpenFile data, OpenFile directory) throws IOException {
        try (OpenFile link = data.entry(OpenFile.bytes("pg_wal"))) {
            if (link.status().kind() != FileStatus.Kind.LINK) {
                return false;
            }
            String target = new String(link.target(), StandardCharsets.UTF_8);
            try (PathWalk way = PathWalk.to(data.path().resolve(target))) {
                return way instanceof PathWalk.Found(OpenFile found)
                        && found.status().isSame(directory.status());
            }
        } catch (NoSuchFileException | InvalidPathException e) {
            return false;
        }
    }
}
