package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.ClusterFiles;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what a start that was killed has left, as its journal says. What moves on or back is moved
/// by [Relocator]; here is what does not come back: it is discarded, or kept for the user.
public final class InterruptedRelocation {

    private static final Logger LOG = LoggerFactory.getLogger(InterruptedRelocation.class);

    private static final String CONTROL_FILE = "global/pg_control";

    private final Layout layout;

    public InterruptedRelocation(Layout layout) {
        this.layout = layout;
    }

    public void discard(Journal journal) throws IOException {
        switch (journal.onRestart()) {
            case DISCARD -> {
                List<ExternalDirectory> external =
                        new ClusterMove(layout, journal.relocation()).external();
                if (journal.relocation().proof().isPresent()) {
                    discardInPlace(journal, external);
                } else {
                    for (ExternalDirectory each : external) {
                        each.discard();
                    }
                    Files.deleteIfExists(StagedCluster.superuserPassword(layout.staging()));
                }
                if (journal.relocation().upgrade().isPresent()) {
                    takeBackControlFile();
                }
                FileTree.delete(layout.staging().dataDirectory());
                AtomicFiles.deleteIfExists(layout.journal());
            }
            // In the others it holds what was there before us.
            case ROLL_FORWARD, ROLL_BACK, REFUSE ->
                    throw new IllegalStateException("not ours to discard: " + journal.onRestart());
        }
    }

    /// pg_upgrade renames it before it links the first file, so that nobody starts the old server
    /// any more; as long as the new one has not run, the old one may.
    private void takeBackControlFile() throws IOException {
        Path control = layout.dataDirectory().resolve(CONTROL_FILE);
        Path renamed = control.resolveSibling("pg_control.old");
        if (Files.exists(renamed) && Files.notExists(control)) {
            Files.move(renamed, control, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(AtomicFiles.parent(control));
        }
    }

    /// What a killed rewind has left: it is in staging already, and what lies elsewhere is in our
    /// directories there.
    public void keep(String name) throws IOException {
        Journal journal = Journal.parse(AtomicFiles.read(layout.journal()));
        if (journal.onRestart() != OnRestart.REFUSE) {
            throw new IllegalStateException("not left by a rewind: " + journal.onRestart());
        }
        List<ExternalDirectory> external = new ClusterMove(layout, journal.relocation()).external();
        // The others were moved by a start that was killed, under the name that is free now.
        String free =
                MovedAside.free(
                        layout,
                        name,
                        external.stream()
                                .map(ExternalDirectory::external)
                                .filter(each -> Files.exists(each.beside()))
                                .map(External::place)
                                .toList());
        Path place = layout.stateDirectory().resolve(free);
        Path staging = layout.staging().dataDirectory();
        List<Path> places = new ArrayList<>();
        // Without a staging directory all has moved before.
        if (Files.exists(staging)) {
            for (ExternalDirectory each : external) {
                places.add(each.keepAs(free, staging));
            }
            Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(layout.stateDirectory());
            MovedAside.say(place, places);
        }
        AtomicFiles.deleteIfExists(layout.journal());
    }

    /// A cluster whose init scripts have not all run, tablespaces and WAL directory included. What
    /// else lies in the data directory, of a script or of somebody who came since, is moved aside.
    private void discardInPlace(Journal journal, List<ExternalDirectory> external)
            throws IOException {
        InPlaceCheck check = new InPlaceCheck(layout, journal.relocation());
        check.require(external);
        // Without its control file there is no proof any more, so it is written down first.
        Relocation begun = journal.relocation().moving(List.of("global"));
        AtomicFiles.write(layout.journal(), new Journal(journal.onRestart(), begun).text());
        for (Path tablespace : check.tablespacesByLink().values()) {
            FileTree.delete(tablespace);
        }
        for (ExternalDirectory each : external) {
            each.discardPublished();
        }
        FileTree.delete(layout.dataDirectory().resolve(CONTROL_FILE));
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            if (ClusterFiles.isOne(String.valueOf(entry.getFileName()))
                    && !entry.equals(layout.stateDirectory())) {
                FileTree.delete(entry);
            }
        }
        keepOthers();
    }

    /// There is one place for them: a script that fails makes the same files at each start, and
    /// copies of them would fill the volume.
    private void keepOthers() throws IOException {
        List<Path> others =
                FileTree.list(layout.dataDirectory()).stream()
                        .filter(each -> Layout.isContent(String.valueOf(each.getFileName())))
                        .toList();
        if (others.isEmpty()) {
            return;
        }
        Path place = layout.replaced("first-boot");
        AtomicFiles.createPrivate(place);
        ClusterMove.rename(others, place);
        AtomicFiles.sync(layout.dataDirectory());
        LOG.warn(
                "Files beside the unfinished first boot that no server makes are in {} now: {}",
                place,
                others.stream()
                        .map(other -> String.valueOf(other.getFileName()))
                        .collect(Collectors.joining(", ")));
    }
}
