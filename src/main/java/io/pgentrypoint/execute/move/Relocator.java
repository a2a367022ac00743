package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.observe.datadir.Relocation.Proof;
import io.pgentrypoint.observe.datadir.Relocation.Purpose;
import io.pgentrypoint.observe.datadir.Relocation.Upgrade;
import io.pgentrypoint.observe.volume.ClusterLinks;
import io.pgentrypoint.observe.volume.Mounts;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A cluster that is built, published, moved away or put back as a transaction. PGDATA is usually a
/// mount point and cannot itself be renamed, so the cluster lies in a directory below it meanwhile,
/// and its entries are moved. The journal is written before each stage and tells the next start
/// what to do; what it does with an unfinished one is in [InterruptedRelocation].
public final class Relocator {

    /// A setting that the server does not know: it only has to be among its arguments.
    private static final String MARK = "entrypoint.first_boot=";

    private final Layout layout;

    public Relocator(Layout layout) {
        this.layout = layout;
    }

    /// The staging directory, for a new cluster.
    public void open(Optional<Path> walDirectory, List<Path> tablespaces, int major)
            throws IOException {
        AtomicFiles.createPrivate(layout.dataDirectory());
        AtomicFiles.createPrivate(layout.stateDirectory());
        List<External> external = new ArrayList<>();
        walDirectory.ifPresent(place -> external.add(ExternalDirectory.newWal(place)));
        for (Path place : tablespaces) {
            external.add(ExternalDirectory.newTablespace(place, layout));
        }
        ClusterMove move = new ClusterMove(layout, Relocation.firstBoot(external));
        requireEmpty(move.place());
        if (walDirectory.isPresent()) {
            refuseTablespaceIn(walDirectory.get(), tablespaces);
        }
        for (ExternalDirectory each : move.external()) {
            each.requireFree(major);
        }
        // Before anything is built: it is the proof that what is found later was made by us.
        write(new Journal(OnRestart.DISCARD, move.relocation()));
        AtomicFiles.sync(layout.dataDirectory());
        for (ExternalDirectory each : move.external()) {
            each.open();
        }
    }

    /// Without a journal nobody can tell whose it is.
    private static void requireEmpty(Path place) throws IOException {
        List<Path> there = FileTree.list(place);
        if (!there.isEmpty()) {
            throw Refusals.unknownContent(place, there.getFirst());
        }
    }

    /// The next clone would find it there.
    private static void refuseTablespaceIn(Path walDirectory, List<Path> tablespaces) {
        for (Path tablespace : tablespaces) {
            if (tablespace.startsWith(walDirectory)) {
                throw Refusals.tablespaceInWal(walDirectory, tablespace);
            }
        }
    }

    /// Those that initdb and pg_basebackup are to be told of.
    public List<ExternalDirectory> external() throws IOException {
        return move(journal()).external();
    }

    /// From the staging directory into the data directory: from the journal on that its last file
    /// is on disk, a start that is killed is followed by one that goes on.
    public void publish(StagedCluster.Sync sync) throws IOException {
        Journal journal = journal(OnRestart.DISCARD, OnRestart.ROLL_FORWARD);
        if (journal.relocation().proof().isPresent()) {
            throw new IllegalStateException("what is in its place is not moved");
        }
        if (journal.relocation().entries().isEmpty()) {
            journal = StagedCluster.seal(layout, journal.relocation(), sync);
            write(journal);
        }
        move(journal).in();
        end();
    }

    /// Scripts name files by their path (`$PGDATA`, `/var/lib/postgresql/data`), and write paths
    /// into settings, so they cannot run on a staging directory that moves afterwards. Until they
    /// have all run the journal stays, and the next start discards the whole cluster. From before
    /// the first entry moves it says whose it is.
    public void putInPlace(String systemIdentifier) throws IOException {
        Relocation building = journal(OnRestart.DISCARD).relocation();
        // Before the journal says that the whole of the data directory may be discarded.
        new ClusterMove(layout, building).requireFree();
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Proof proof = new Proof(systemIdentifier, MARK + HexFormat.of().formatHex(random));
        ClusterMove move = new ClusterMove(layout, building.proven(proof));
        write(new Journal(OnRestart.DISCARD, move.relocation()));
        move.in();
    }

    /// What the server that prepares it has among its arguments.
    public Optional<String> mark() throws IOException {
        return Files.exists(layout.journal())
                ? journal().relocation().proof().map(Proof::mark)
                : Optional.empty();
    }

    /// From here on it is a database like any other. A script may have emptied the directory and
    /// filled it anew, with a clone of another server: then there is no journal any more.
    public void finish() throws IOException {
        if (Files.exists(layout.journal())) {
            AtomicFiles.sync(layout.dataDirectory());
            end();
        }
    }

    /// Into the staging directory, to be rewound there.
    public void toStaging() throws IOException {
        out(Relocation.of(Purpose.REWIND, Layout.STAGING));
    }

    /// The staging directory, for a cluster that takes the place of an older one.
    public void open(Upgrade upgrade) throws IOException {
        AtomicFiles.createPrivate(layout.stateDirectory());
        requireNoMount();
        requireEmpty(layout.staging().dataDirectory());
        write(new Journal(OnRestart.DISCARD, Relocation.of(Layout.STAGING, free(upgrade))));
        AtomicFiles.sync(layout.dataDirectory());
    }

    /// A cluster that was moved aside, and is whole, takes its place again.
    ///
    /// @param place where it lies, in the state directory
    public void reopen(String place, Upgrade upgrade) throws IOException {
        requireNoMount();
        write(new Journal(OnRestart.ROLL_FORWARD, Relocation.of(place, free(upgrade))));
    }

    /// It could not be renamed (rename(2), EBUSY), when half of the cluster has moved already.
    private void requireNoMount() throws IOException {
        Path data = layout.dataDirectory().toRealPath();
        for (Mounts.Mount mount : Mounts.read().all()) {
            if (mount.point().startsWith(data) && !mount.point().equals(data)) {
                throw Refusals.mountedInside(mount.point(), layout);
            }
        }
    }

    private Upgrade free(Upgrade upgrade) throws IOException {
        String name = upgrade.aside().substring(Layout.replacedName("").length());
        return new Upgrade(
                upgrade.from(),
                upgrade.to(),
                MovedAside.free(layout, name, List.of()),
                upgrade.linked());
    }

    /// The old cluster moves out, then the new one in. From the first move on a start that is
    /// killed is followed by one that goes on; what was moved before says how far it came.
    ///
    /// @return what was done, with the place to which the old cluster has moved
    public Upgrade replace(StagedCluster.Sync sync) throws IOException {
        Journal journal = journal(OnRestart.DISCARD, OnRestart.ROLL_FORWARD);
        Upgrade upgrade = journal.relocation().upgrade().orElseThrow();
        Path aside = layout.stateDirectory().resolve(upgrade.aside());
        if (journal.relocation().entries().isEmpty()) {
            Journal sealed = StagedCluster.seal(layout, journal.relocation(), sync);
            AtomicFiles.createPrivate(aside);
            write(journal.on(OnRestart.ROLL_FORWARD));
            AtomicFiles.sync(layout.stateDirectory());
            new ClusterMove(layout, journal.relocation()).out(content(), aside);
            write(sealed);
            journal = sealed;
        }
        move(journal).in();
        return upgrade;
    }

    /// Ends the journal of [#replace(StagedCluster.Sync)].
    public void replaced(Upgrade upgrade) throws IOException {
        end();
        MovedAside.say(layout.stateDirectory().resolve(upgrade.aside()), List.of());
    }

    /// What lies elsewhere, too. Not before it was recovered: replaying the creation of a
    /// tablespace lets its link lead to its place again.
    public void externalToStaging() throws IOException {
        externalOut(ExternalDirectory.randomName());
    }

    /// Into a place that stays. The journal's end is the instant from which it is given up.
    public void aside(String name) throws IOException {
        String free = MovedAside.free(layout, name, ClusterLinks.targets(layout.dataDirectory()));
        out(Relocation.of(Purpose.RECLONE, free));
        try {
            externalOut(free);
        } catch (IOException | Refusal e) {
            putBack();
            throw e;
        }
        ClusterMove moved = move(journal());
        end();
        MovedAside.say(
                moved.place(),
                moved.relocation().external().stream().map(External::beside).toList());
    }

    /// Takes back what has moved out.
    public void putBack() throws IOException {
        move(journal(OnRestart.ROLL_BACK)).in();
        end();
    }

    /// What is changed in the staging directory now may not be what a restart takes it for.
    public void onRestart(OnRestart next) throws IOException {
        write(journal().on(next));
    }

    private void out(Relocation relocation) throws IOException {
        ClusterMove move = new ClusterMove(layout, relocation);
        List<String> entries = content();
        // Also of a start that was killed before it wrote its journal; it is empty then.
        requireEmpty(move.place());
        AtomicFiles.createPrivate(move.place());
        write(new Journal(OnRestart.ROLL_BACK, relocation));
        AtomicFiles.sync(layout.dataDirectory());
        try {
            move.out(entries, move.place());
        } catch (IOException | Refusal e) {
            putBack();
            throw e;
        }
    }

    private List<String> content() throws IOException {
        return FileTree.names(layout.dataDirectory()).stream().filter(Layout::isContent).toList();
    }

    /// @param beside the name of our directory in each place
    private void externalOut(String beside) throws IOException {
        Journal journal = journal(OnRestart.ROLL_BACK);
        Path cluster = move(journal).place();
        String major = move(journal).major();
        List<External> external = new ArrayList<>();
        for (ExternalDirectory each :
                ExternalDirectory.of(ExternalDirectory.linked(cluster, beside), layout)) {
            external.add(each.external().filled(each.hasContent(major)));
        }
        Journal named = new Journal(journal.onRestart(), journal.relocation().with(external));
        write(named);
        for (ExternalDirectory each : move(named).external()) {
            each.takeOut(cluster, major);
        }
    }

    private ClusterMove move(Journal journal) {
        return new ClusterMove(layout, journal.relocation());
    }

    private Journal journal() throws IOException {
        return Journal.parse(AtomicFiles.read(layout.journal()));
    }

    /// Only what the journal allows is done, whatever a plan says.
    private Journal journal(OnRestart... allowed) throws IOException {
        Journal journal = journal();
        if (!List.of(allowed).contains(journal.onRestart())) {
            throw new IllegalStateException(
                    "the journal says %s, not %s".formatted(journal.onRestart(), List.of(allowed)));
        }
        return journal;
    }

    private void write(Journal journal) throws IOException {
        AtomicFiles.write(layout.journal(), journal.text());
    }

    private void end() throws IOException {
        AtomicFiles.deleteIfExists(layout.journal());
    }
}
