package io.pgentrypoint.execute.root;

import io.pgentrypoint.observe.wal.WalNames;
import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directory of POSTGRES_INITDB_WALDIR. Somebody else's files stay somebody else's, the WAL of
/// another cluster too: its server may run. A cluster that exists may have its WAL elsewhere.
final class WalHandOver {

    private static final Logger LOG = LoggerFactory.getLogger(WalHandOver.class);
    private static final int PRIVATE = 0700;

    private final HandOver handOver;
    private final Path path;
    private final Path dataPath;

    private WalHandOver(HandOver handOver, Path path, Path dataPath) {
        this.handOver = handOver;
        this.path = path;
        this.dataPath = dataPath;
    }

    static void of(HandOver handOver, Path path, Path dataPath) {
        new WalHandOver(handOver, path, dataPath).handOver();
    }

    private void handOver() {
        try (DirectoryHandle place = handOver.cluster(path)) {
            Optional<String> other =
                    place instanceof DirectoryHandle.Others(OpenFile directory)
                            ? others(directory, mayHaveWal(directory))
                            : Optional.empty();
            if (other.isEmpty()) {
                handOver.settle(place, path, PRIVATE);
            } else if (Files.exists(dataPath.resolve("global/pg_control"))) {
                LOG.warn(
                        "Not giving {} (POSTGRES_INITDB_WALDIR) to user {}: it holds {}, which is no WAL of the cluster in {}",
                        path,
                        handOver.account().name(),
                        other.get(),
                        dataPath);
            } else {
                throw new Refusal(
                        ExitCode.DATA,
                        "cannot put the WAL in %s: it holds %s".formatted(path, other.get()),
                        "set POSTGRES_INITDB_WALDIR to an empty directory; nothing was touched");
            }
        } catch (IOException e) {
            throw handOver.refusal(path, e);
        }
    }

    private static Optional<String> others(OpenFile directory, boolean walIsOurs)
            throws IOException {
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
        return found.stream().min(String::compareTo);
    }

    /// A cluster has it where its link leads. One with a journal is still being put together.
    private boolean mayHaveWal(OpenFile directory) throws IOException {
        try (PathWalk data = PathWalk.to(dataPath)) {
            return data instanceof PathWalk.Found(OpenFile file)
                    && (hasJournal(file) || leadsTo(file, directory));
        }
    }

    private boolean hasJournal(OpenFile data) throws IOException {
        try (OpenFile state = data.entry(OpenFile.bytes(Layout.STATE_DIRECTORY))) {
            return state.status().isDirectory() && state.has(OpenFile.bytes("journal"));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean leadsTo(OpenFile data, OpenFile directory) throws IOException {
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
