package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A first boot as a transaction. PGDATA is usually a mount point and cannot itself be renamed, so
/// the cluster is built in a directory below it and its entries are moved up, `global` last:
/// without `global/pg_control` nothing takes the directory for a cluster. The journal tells the
/// next start whether to throw away or to finish.
public final class Staging {

    private static final String LAST = "global";

    private final Layout layout;
    private final Layout staging;

    public Staging(Layout layout) {
        this.layout = layout;
        this.staging = layout.staging();
    }

    public void open(Optional<Path> walDirectory, List<Path> places, int major) throws IOException {
        AtomicFiles.createPrivate(layout.dataDirectory());
        AtomicFiles.createPrivate(layout.stateDirectory());
        Journal journal =
                Journal.building(
                        walDirectory.map(place -> ExternalDirectory.newWal(place, layout).entry()),
                        places.stream()
                                .map(place ->
                                        ExternalDirectory.newTablespace(place, layout).entry())
                                .toList());
        requireEmpty(staging.dataDirectory());
        if (walDirectory.isPresent()) {
            refuseTablespaceIn(walDirectory.get(), places);
        }
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.requireFree(major);
        }
        // Before anything is built: it is the proof that what is found later was made by us.
        writeJournal(journal);
        AtomicFiles.sync(layout.dataDirectory());
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.open();
        }
    }

    /// Without a journal nobody can tell whose it is.
    static void requireEmpty(Path place) throws IOException {
        List<Path> there = FileTree.list(place);
        if (!there.isEmpty()) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot use %s: it holds %s, and no journal says what that is"
                            .formatted(place, there.getFirst()),
                    "move it away and start again; nothing was touched");
        }
    }

    /// The next clone would find it there.
    private static void refuseTablespaceIn(Path walDirectory, List<Path> tablespaces) {
        for (Path tablespace : tablespaces) {
            if (tablespace.startsWith(walDirectory)) {
                throw new Refusal(
                        ExitCode.DATA,
                        "cannot put the WAL in %s: a tablespace of the primary belongs into %s"
                                .formatted(walDirectory, tablespace),
                        "set POSTGRES_INITDB_WALDIR to another directory; nothing was touched");
            }
        }
    }

    /// Those that initdb and pg_basebackup are to be told of.
    public List<ExternalDirectory> outside() throws IOException {
        return ExternalDirectory.of(Journal.parse(AtomicFiles.read(layout.journal())), layout);
    }

    public void discard(Journal journal) throws IOException {
        switch (journal.phase()) {
            case BUILDING -> discardStaged(journal);
            case RUNNING_SCRIPTS, DISCARDING -> new InPlaceFirstBoot(layout).discard(journal);
            // In the others it holds what was there before us.
            case PUBLISHING, WITHDRAWING, REWINDING, REWOUND ->
                    throw new IllegalStateException("not ours to discard: " + journal.phase());
        }
    }

    private void discardStaged(Journal journal) throws IOException {
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.discard();
        }
        FileTree.delete(staging.dataDirectory());
        Files.deleteIfExists(superuserPassword(staging));
        AtomicFiles.deleteIfExists(layout.journal());
    }

    public void publish(Programs programs, String initdb, Map<String, String> environment)
            throws IOException {
        Journal journal = Journal.parse(AtomicFiles.read(layout.journal()));
        List<String> entries =
                switch (journal.phase()) {
                    case PUBLISHING -> journal.entries();
                    case BUILDING, REWOUND -> seal(journal, programs, initdb, environment);
                    case WITHDRAWING ->
                            throw new IllegalStateException("what is withdrawn is put back");
                    case REWINDING ->
                            throw new IllegalStateException("what is half rewound is no cluster");
                    case RUNNING_SCRIPTS, DISCARDING ->
                            throw new IllegalStateException("what is in its place is not moved");
                };
        keepGroupAccess();
        // The content of all of them was synced, through their links.
        String major = major();
        List<ExternalDirectory> outside = outside();
        for (ExternalDirectory part : outside) {
            part.requireBuilt(major);
        }
        for (ExternalDirectory part : outside) {
            part.moveUp(staging.dataDirectory());
        }
        for (String entry : entries) {
            // Without a staging place all has moved before, and was synced before it went.
            if (entry.equals(LAST) && Files.exists(staging.dataDirectory())) {
                AtomicFiles.sync(layout.dataDirectory());
                AtomicFiles.sync(staging.dataDirectory());
            }
            move(entry);
        }
        AtomicFiles.sync(layout.dataDirectory());
        Files.deleteIfExists(staging.dataDirectory());
        AtomicFiles.deleteIfExists(layout.journal());
    }

    /// That of initdb -g, or of the primary that was cloned: backups read it as its group.
    void keepGroupAccess() throws IOException {
        Path staged = staging.dataDirectory();
        if (Files.isDirectory(staged)
                && Files.getPosixFilePermissions(staged).contains(PosixFilePermission.GROUP_READ)) {
            Files.setPosixFilePermissions(
                    layout.dataDirectory(), PosixFilePermissions.fromString("rwxr-x---"));
        }
    }

    /// Of the staged cluster, or of what is published of it.
    private String major() throws IOException {
        String staged = AtomicFiles.read(staging.dataDirectory().resolve("PG_VERSION"));
        return (staged.isEmpty()
                        ? AtomicFiles.read(layout.dataDirectory().resolve("PG_VERSION"))
                        : staged)
                .strip();
    }

    /// A tablespace that the primary has dropped meanwhile was not sent.
    private List<Journal.Outside> builtTablespaces(Journal journal) throws IOException {
        List<Journal.Outside> built = new ArrayList<>();
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            switch (part.kind()) {
                case WAL -> {}
                case TABLESPACE -> {
                    if (part.isEmpty()) {
                        part.discard();
                    } else {
                        built.add(part.entry());
                    }
                }
            }
        }
        return built;
    }

    /// Makes the staged cluster durable and writes down what will move.
    private List<String> seal(
            Journal journal, Programs programs, String initdb, Map<String, String> environment)
            throws IOException {
        Path directory = staging.dataDirectory();
        // The one file that holds the staging path.
        Files.deleteIfExists(directory.resolve("postmaster.opts"));
        // Both a base backup and a rewind bring lost+found along, and the volume has its own. A
        // rewind also brings the primary's state directory: it skips names that begin with
        // pgsql_tmp only below the top.
        for (Path copied : FileTree.list(directory)) {
            // By name alone it might be a door to snapshots that no listing shows.
            if (Layout.NOT_CONTENT.contains(String.valueOf(copied.getFileName()))) {
                FileTree.delete(copied);
            }
        }
        FileTree.delete(staging.stateDirectory());
        refuseLinksIntoStaging();
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.discardAllButContent(major());
            part.prepareTarget();
        }
        syncAll(directory, programs, initdb, environment);
        List<String> entries = new ArrayList<>();
        for (String name : FileTree.names(directory)) {
            if (!name.equals(LAST)) {
                entries.add(name);
            }
        }
        entries.add(LAST);
        writeJournal(journal.publishing(entries, builtTablespaces(journal)));
        return entries;
    }

    public static void syncAll(
            Path directory, Programs programs, String initdb, Map<String, String> environment) {
        Outcome synced =
                programs.run(
                        new Command(
                                "initdb --sync-only",
                                List.of(initdb, "--sync-only", "-D", directory.toString()),
                                environment));
        if (!synced.succeeded()) {
            throw new Refusal(
                    ExitCode.IO,
                    "cannot write the new cluster to disk: " + synced.stderr().strip(),
                    "look at the volume's file system; the next start begins anew");
        }
    }

    private void move(String entry) throws IOException {
        Path from = staging.dataDirectory().resolve(entry);
        Path to = layout.dataDirectory().resolve(entry);
        boolean staged = Files.exists(from, LinkOption.NOFOLLOW_LINKS);
        boolean published = Files.exists(to, LinkOption.NOFOLLOW_LINKS);
        if (staged && published) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot publish the new cluster: " + to + " exists and is not ours",
                    "move that file away and start again; nothing was overwritten");
        }
        if (!staged && !published) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot publish the new cluster: " + from + " is gone",
                    "remove %s and what else this first boot left, and start again"
                            .formatted(layout.stateDirectory()));
        }
        if (staged) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /// A tablespace made inside the staging place would point nowhere after the move; PostgreSQL
    /// only warns of it.
    private void refuseLinksIntoStaging() throws IOException {
        for (Path link : FileTree.list(staging.dataDirectory().resolve("pg_tblspc"))) {
            if (Files.isSymbolicLink(link)
                    && Files.readSymbolicLink(link).startsWith(staging.dataDirectory())) {
                throw new Refusal(
                        ExitCode.DATA,
                        """
                        cannot publish the new cluster: a tablespace lies inside the data \
                        directory, at %s\
                        """
                                .formatted(Files.readSymbolicLink(link)),
                        "put tablespaces outside the data directory");
            }
        }
    }

    /// For initdb's eyes, beside the staging place, since initdb wants that empty.
    public static Path superuserPassword(Layout staging) {
        return AtomicFiles.parent(staging.dataDirectory()).resolve("superuser.password");
    }

    private void writeJournal(Journal journal) throws IOException {
        AtomicFiles.write(layout.journal(), journal.text());
    }
}
