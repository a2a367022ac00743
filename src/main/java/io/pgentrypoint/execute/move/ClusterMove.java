package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.volume.ClusterLinks;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reverse of a publication: moves a cluster out of its data directory, into a directory of the
/// state directory, and what lies elsewhere into directories of ours there. `global` goes first and
/// comes back last: in between nothing takes the data directory for a cluster, and the journal
/// tells the next start to take the move back.
public final class ClusterMove {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMove.class);
    private static final String FIRST = "global";

    private final Layout layout;

    public ClusterMove(Layout layout) {
        this.layout = layout;
    }

    /// Into the staging place. The journal stays until what is done there ends or is taken back.
    public void toStaging() throws IOException {
        moveTo(String.valueOf(layout.staging().dataDirectory().getFileName()));
    }

    /// What lies elsewhere, too. Not before it was recovered: replaying the creation of a
    /// tablespace lets its link lead to its place again.
    public void partsToStaging() throws IOException {
        takePartsOut(layout.staging().dataDirectory(), ExternalDirectory.randomName());
    }

    /// Into a place that stays. The journal's end is the instant from which it is given up.
    public void aside(String name) throws IOException {
        String free = free(name, ClusterLinks.targets(layout.dataDirectory()));
        Path place = layout.stateDirectory().resolve(free);
        moveTo(free);
        try {
            takePartsOut(place, free);
        } catch (IOException | Refusal e) {
            putBack();
            throw e;
        }
        List<ExternalDirectory> outside = ExternalDirectory.of(journal(), layout);
        AtomicFiles.deleteIfExists(layout.journal());
        said(place, outside.stream().map(part -> part.entry().beside()).toList());
    }

    /// What a killed rewind has left: it is in staging already.
    public void unfinishedAside(String name) throws IOException {
        List<ExternalDirectory> outside = ExternalDirectory.of(journal(), layout);
        // The others were moved by a start that was killed, under the name that is free now.
        String free =
                free(
                        name,
                        outside.stream()
                                .map(ExternalDirectory::entry)
                                .filter(part -> Files.exists(part.beside()))
                                .map(Journal.Outside::place)
                                .toList());
        Path place = layout.stateDirectory().resolve(free);
        Path staging = layout.staging().dataDirectory();
        List<Path> places = new ArrayList<>();
        // Without a staging place all has moved before.
        if (Files.exists(staging)) {
            for (ExternalDirectory part : outside) {
                places.add(part.keepAs(free, staging));
            }
            Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(layout.stateDirectory());
            said(place, places);
        }
        AtomicFiles.deleteIfExists(layout.journal());
    }

    public void putBack() throws IOException {
        Journal journal = journal();
        Path place = layout.stateDirectory().resolve(journal.place().orElseThrow());
        List<ExternalDirectory> outside = ExternalDirectory.of(journal, layout);
        requireFree(place);
        for (ExternalDirectory part : outside) {
            part.requireBuilt(major(place));
        }
        for (ExternalDirectory part : outside) {
            part.moveUp(place);
        }
        putBackWhatRecoveryMade(place, journal.entries());
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

    /// Before it is rewound it recovers, which leaves a postmaster.pid when it is killed.
    private void putBackWhatRecoveryMade(Path place, List<String> known) throws IOException {
        for (Path made : FileTree.list(place)) {
            String name = String.valueOf(made.getFileName());
            if (!known.contains(name)) {
                move(place, layout.dataDirectory(), name);
            }
        }
    }

    /// While it was away somebody may have put a file in its place, a configuration say.
    private void requireFree(Path place) throws IOException {
        for (Path gone : FileTree.list(place)) {
            Path to = layout.dataDirectory().resolve(gone.getFileName());
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(
                        ExitCode.DATA,
                        "cannot put back " + gone + ": " + to + " exists and is not ours",
                        "move that file away and start again; nothing was overwritten");
            }
        }
    }

    private void moveTo(String name) throws IOException {
        Path place = layout.stateDirectory().resolve(name);
        List<String> entries = entries();
        // Also of a start that was killed before it wrote its journal; it is empty then.
        Staging.requireEmpty(place);
        AtomicFiles.createPrivate(place);
        AtomicFiles.write(layout.journal(), Journal.withdrawing(entries, name).text());
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

    /// @param beside the name of our directory in each place
    private void takePartsOut(Path cluster, String beside) throws IOException {
        String major = major(cluster);
        Journal named = journal().withParts(wal(cluster, beside), tablespaces(cluster, beside));
        List<Journal.Outside> tablespaces = new ArrayList<>();
        Optional<Journal.Outside> wal = Optional.empty();
        for (ExternalDirectory part : ExternalDirectory.of(named, layout)) {
            Path place = part.entry().place();
            Journal.Outside entry =
                    new Journal.Outside(place, part.entry().beside(), part.hasContent(major));
            switch (part.kind()) {
                case WAL -> wal = Optional.of(entry);
                case TABLESPACE -> tablespaces.add(entry);
            }
        }
        Journal journal = named.withParts(wal, tablespaces);
        AtomicFiles.write(layout.journal(), journal.text());
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.takeOut(cluster, major);
        }
    }

    /// Of the cluster there, or of what of it is back in the data directory.
    private String major(Path cluster) throws IOException {
        String there = AtomicFiles.read(cluster.resolve("PG_VERSION"));
        return (there.isEmpty()
                        ? AtomicFiles.read(layout.dataDirectory().resolve("PG_VERSION"))
                        : there)
                .strip();
    }

    private static Optional<Journal.Outside> wal(Path cluster, String beside) throws IOException {
        Optional<Path> link = ClusterLinks.wal(cluster);
        return link.isEmpty() ? Optional.empty() : Optional.of(outside(link.get(), beside));
    }

    private static List<Journal.Outside> tablespaces(Path cluster, String beside)
            throws IOException {
        List<Journal.Outside> tablespaces = new ArrayList<>();
        for (Path link : ClusterLinks.tablespaces(cluster)) {
            tablespaces.add(outside(link, beside));
        }
        return tablespaces;
    }

    private static Journal.Outside outside(Path link, String beside) throws IOException {
        Path place = ClusterLinks.target(link);
        return Journal.Outside.filled(place, place.resolve(beside));
    }

    private Journal journal() throws IOException {
        return Journal.parse(AtomicFiles.read(layout.journal()));
    }

    private List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>(List.of(FIRST));
        for (String name : FileTree.names(layout.dataDirectory())) {
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

    /// @param places where parts of it go by that name as well, beside what was moved aside before
    private String free(String name, List<Path> places) throws IOException {
        String free = Layout.replacedName(name);
        for (int i = 2; isTaken(free, places); i++) {
            free = Layout.replacedName(name + "-" + i);
        }
        return free;
    }

    /// One of ours that is empty is of a start that was killed before its journal named it.
    private boolean isTaken(String name, List<Path> places) throws IOException {
        for (Path place : places) {
            if (Files.exists(place.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        Path ours = layout.stateDirectory().resolve(name);
        return Files.exists(ours, LinkOption.NOFOLLOW_LINKS)
                && !(Files.isDirectory(ours, LinkOption.NOFOLLOW_LINKS)
                        && FileTree.list(ours).isEmpty());
    }

    private static void said(Path place, List<Path> outside) {
        String places =
                Stream.concat(Stream.of(place), outside.stream())
                        .map(Path::toString)
                        .collect(Collectors.joining(", "));
        LOG.warn(
                "The old data is in {} and takes room there; deleting it is your decision", places);
    }
}
