package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.node.Journal;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A new cluster in its place whose init scripts have not all run. Scripts name files by their path
/// (`$PGDATA`, `/var/lib/postgresql/data`), and write paths into settings, so they cannot run on a
/// staging place that moves afterwards. Until they have all run the journal stays open, and the
/// whole of it is thrown away at the next start.
final class UnfinishedCluster {

    /// A setting that the server does not know: it only has to be among its arguments.
    private static final String MARK = "entrypoint.first_boot=";

    private static final String CONTROL_FILE = "global/pg_control";
    private static final int CATALOG_VERSION = 12;

    private final Layout layout;

    UnfinishedCluster(Layout layout) {
        this.layout = layout;
    }

    /// Moves the staged cluster up. From before the first entry the journal says whose it is.
    void putInPlace(String systemIdentifier) throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Journal building = journal();
        Journal.Proof proof =
                new Journal.Proof(systemIdentifier, MARK + HexFormat.of().formatHex(random));
        write(Journal.runningScripts(building.wal(), proof));
        Path staging = layout.staging().dataDirectory();
        for (OutsidePart part : OutsidePart.of(building, layout)) {
            part.moveUp(staging);
        }
        for (Path entry : FileTree.list(staging)) {
            Path to = layout.dataDirectory().resolve(entry.getFileName());
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(
                        ExitCode.DATA,
                        "cannot put the new cluster in its place: "
                                + to
                                + " exists and is not ours",
                        "move that file away and start again; nothing was overwritten");
            }
            Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(staging);
    }

    /// What the server that prepares it has among its arguments.
    Optional<String> mark() throws IOException {
        return journal().proof().map(Journal.Proof::mark);
    }

    /// From here on it is a database like any other. A script may have emptied the directory and
    /// filled it anew, with a clone of another server: then there is no journal any more.
    void finish() throws IOException {
        if (Files.exists(layout.journal())) {
            AtomicFiles.sync(layout.dataDirectory());
            AtomicFiles.deleteIfExists(layout.journal());
        }
    }

    /// All of it, tablespaces and WAL directory included.
    void discard(Journal journal) throws IOException {
        for (OutsidePart part : OutsidePart.of(journal, layout)) {
            part.requireOnlyOurs();
        }
        // Without its control file there is no proof any more, so it is written down first.
        write(journal.in(Journal.Phase.DISCARDING));
        discardTablespaces();
        for (OutsidePart part : OutsidePart.of(journal, layout)) {
            part.discardPublished();
        }
        FileTree.delete(layout.dataDirectory().resolve(CONTROL_FILE));
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            if (Layout.isContent(String.valueOf(entry.getFileName()))) {
                FileTree.delete(entry);
            }
        }
        FileTree.delete(layout.staging().dataDirectory());
        AtomicFiles.deleteIfExists(layout.journal());
    }

    /// A tablespace is a directory of this name below the place that the user gave, and CREATE
    /// TABLESPACE refuses a place that has one already (create_tablespace_directories): it is ours.
    private void discardTablespaces() throws IOException {
        Path control = layout.dataDirectory().resolve(CONTROL_FILE);
        String version = AtomicFiles.read(layout.dataDirectory().resolve("PG_VERSION")).strip();
        if (!Files.exists(control) || version.isEmpty()) {
            return;
        }
        // pg_control.h: the second number after the system identifier
        int catalog =
                ByteBuffer.wrap(Files.readAllBytes(control))
                        .order(ByteOrder.nativeOrder())
                        .getInt(CATALOG_VERSION);
        for (Path link : FileTree.list(layout.dataDirectory().resolve("pg_tblspc"))) {
            if (Files.isSymbolicLink(link)) {
                FileTree.delete(
                        Files.readSymbolicLink(link).resolve("PG_" + version + "_" + catalog));
            }
        }
    }

    private Journal journal() throws IOException {
        String text = AtomicFiles.read(layout.journal());
        return text.isEmpty()
                ? new Journal(Journal.Phase.BUILDING, Optional.empty(), List.of())
                : Journal.parse(text);
    }

    private void write(Journal journal) throws IOException {
        AtomicFiles.write(layout.journal(), journal.text());
    }
}
