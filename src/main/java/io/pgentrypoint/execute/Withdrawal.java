package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.node.Journal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reverse of a publication: moves a cluster out of its data directory, into a directory of the
/// state directory. `global` goes first and comes back last: in between nothing takes the data
/// directory for a cluster, and the journal tells the next start to take the move back.
final class Withdrawal {

    private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);
    private static final String FIRST = "global";

    private final Layout layout;

    Withdrawal(Layout layout) {
        this.layout = layout;
    }

    /// Into the staging place. The journal stays until what is done there ends or is taken back.
    void toStaging() throws IOException {
        moveTo(String.valueOf(layout.staging().dataDirectory().getFileName()));
    }

    /// Into a place that stays. The journal's end is the instant from which it is given up.
    void aside(String name) throws IOException {
        Path place = free(name);
        moveTo(String.valueOf(place.getFileName()));
        AtomicFiles.deleteIfExists(layout.journal());
        said(place);
    }

    /// What a killed rewind has left: it is in staging already.
    void unfinishedAside(String name) throws IOException {
        Path place = free(name);
        Path staging = layout.staging().dataDirectory();
        if (Files.exists(staging)) {
            Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(layout.stateDirectory());
        }
        AtomicFiles.deleteIfExists(layout.journal());
        said(place);
    }

    void putBack() throws IOException {
        Journal journal = Journal.parse(AtomicFiles.read(layout.journal()));
        Path place = layout.stateDirectory().resolve(journal.place().orElseThrow());
        for (String entry : journal.entries().reversed()) {
            if (entry.equals(FIRST) && Files.exists(place)) {
                AtomicFiles.sync(layout.dataDirectory());
                AtomicFiles.sync(place);
            }
            move(place, layout.dataDirectory(), entry);
        }
        AtomicFiles.sync(layout.dataDirectory());
        Files.deleteIfExists(place);
        AtomicFiles.deleteIfExists(layout.journal());
    }

    private void moveTo(String name) throws IOException {
        Path place = layout.stateDirectory().resolve(name);
        // Also of a start that was killed before it wrote its journal; it is empty then.
        AtomicFiles.createPrivate(place);
        List<String> entries = entries();
        AtomicFiles.write(layout.journal(), Journal.withdrawing(entries, Optional.of(name)).text());
        AtomicFiles.sync(layout.dataDirectory());
        try {
            for (String entry : entries) {
                move(layout.dataDirectory(), place, entry);
                if (entry.equals(FIRST)) {
                    AtomicFiles.sync(place);
                    AtomicFiles.sync(layout.dataDirectory());
                }
            }
        } catch (IOException e) {
            putBack();
            throw e;
        }
        AtomicFiles.sync(place);
        AtomicFiles.sync(layout.dataDirectory());
    }

    private List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>(List.of(FIRST));
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            String name = String.valueOf(entry.getFileName());
            if (Layout.isContent(name) && !name.equals(FIRST)) {
                entries.add(name);
            }
        }
        return entries;
    }

    /// An entry that is not where it comes from has moved before.
    private static void move(Path from, Path to, String entry) throws IOException {
        Path source = from.resolve(entry);
        if (Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(source, to.resolve(entry), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path free(String name) {
        Path place = layout.replaced(name);
        for (int i = 2; Files.exists(place, LinkOption.NOFOLLOW_LINKS); i++) {
            place = layout.replaced(name + "-" + i);
        }
        return place;
    }

    private static void said(Path place) {
        LOG.warn("The old data is in {} and takes room there; deleting it is your decision", place);
    }
}
