package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.ClusterFiles;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.volume.Mounts;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A new cluster in its place whose init scripts have not all run. Scripts name files by their path
/// (`$PGDATA`, `/var/lib/postgresql/data`), and write paths into settings, so they cannot run on a
/// staging place that moves afterwards. Until they have all run the journal stays open, and the
/// whole of it is thrown away at the next start.
public final class InPlaceFirstBoot {

    private static final Logger LOG = LoggerFactory.getLogger(InPlaceFirstBoot.class);

    /// A setting that the server does not know: it only has to be among its arguments.
    private static final String MARK = "entrypoint.first_boot=";

    private static final String CONTROL_FILE = "global/pg_control";
    private static final int CATALOG_VERSION = 12;
    private static final String KEPT = "first-boot";

    /// Of two file systems, one of them on another machine.
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    // XLogLongPageHeaderData (xlog_internal.h): the first page of each segment
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    private static final int SYSTEM_ID = 24;
    private static final int LONG_PAGE_HEADER = 40;

    private final Layout layout;

    public InPlaceFirstBoot(Layout layout) {
        this.layout = layout;
    }

    /// Moves the staged cluster up. From before the first entry the journal says whose it is.
    public void putInPlace(String systemIdentifier) throws IOException {
        Path staging = layout.staging().dataDirectory();
        // Before the journal says that the whole of the data directory may be thrown away.
        for (Path entry : FileTree.list(staging)) {
            requireFree(layout.dataDirectory().resolve(entry.getFileName()));
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Journal building = journal();
        Journal.Proof proof =
                new Journal.Proof(systemIdentifier, MARK + HexFormat.of().formatHex(random));
        write(Journal.runningScripts(building.wal(), proof));
        new Staging(layout).keepGroupAccess();
        for (ExternalDirectory part : ExternalDirectory.of(building, layout)) {
            part.moveUp(staging);
        }
        for (Path entry : FileTree.list(staging)) {
            Path to = layout.dataDirectory().resolve(entry.getFileName());
            requireFree(to);
            Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(staging);
    }

    private static void requireFree(Path to) {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot put the new cluster in its place: " + to + " exists and is not ours",
                    "move that file away and start again; nothing was overwritten");
        }
    }

    /// What the server that prepares it has among its arguments.
    public Optional<String> mark() throws IOException {
        return journal().proof().map(Journal.Proof::mark);
    }

    /// From here on it is a database like any other. A script may have emptied the directory and
    /// filled it anew, with a clone of another server: then there is no journal any more.
    public void finish() throws IOException {
        if (Files.exists(layout.journal())) {
            AtomicFiles.sync(layout.dataDirectory());
            AtomicFiles.deleteIfExists(layout.journal());
        }
    }

    /// All of it, tablespaces and WAL directory included. What else lies in the data directory, of
    /// a script or of somebody who came since, is moved aside.
    void discard(Journal journal) throws IOException {
        requireNoMounts();
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.requireOnlyOurs();
            requireOurWal(part, journal);
        }
        requireOurTablespaces();
        // Without its control file there is no proof any more, so it is written down first.
        write(journal.in(Journal.Phase.DISCARDING));
        for (Path tablespace : tablespacesByLink().values()) {
            FileTree.delete(tablespace);
        }
        for (ExternalDirectory part : ExternalDirectory.of(journal, layout)) {
            part.discardPublished();
        }
        FileTree.delete(layout.dataDirectory().resolve(CONTROL_FILE));
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            if (ClusterFiles.isOne(String.valueOf(entry.getFileName()))
                    && !entry.equals(layout.stateDirectory())) {
                FileTree.delete(entry);
            }
        }
        keepOthers();
        FileTree.delete(layout.staging().dataDirectory());
        AtomicFiles.deleteIfExists(layout.journal());
    }

    /// Scripts mount nothing, so somebody has since, by whatever name: what it holds is not ours.
    private void requireNoMounts() throws IOException {
        Path directory = layout.dataDirectory().toRealPath();
        for (Path mount : Mounts.read().below(directory)) {
            if (Layout.isContent(directory.relativize(mount).getName(0).toString())) {
                throw new Refusal(
                        ExitCode.DATA,
                        """
                        cannot throw away an unfinished first boot: %s is a mount of its \
                        own in %s, and not ours\
                        """
                                .formatted(mount, layout.dataDirectory()),
                        """
                        unmount it (a single mounted file too), and start again; nothing \
                        was touched\
                        """);
            }
        }
    }

    /// By now some other cluster may have its WAL there: one whose data directory was the volume
    /// for a while, say.
    private void requireOurWal(ExternalDirectory part, Journal journal) throws IOException {
        Optional<String> ours = journal.proof().map(Journal.Proof::systemIdentifier);
        for (Path segment : FileTree.list(part.entry().place())) {
            long found = systemIdentifier(segment);
            if (found != 0
                    && ours.isPresent()
                    && !Long.toUnsignedString(found).equals(ours.get())) {
                throw new Refusal(
                        ExitCode.DATA,
                        """
                        cannot throw away the WAL of an unfinished first boot: %s belongs \
                        to another cluster, with system identifier %s\
                        """
                                .formatted(segment, Long.toUnsignedString(found)),
                        """
                        set POSTGRES_INITDB_WALDIR and PGDATA to directories that belong \
                        together; nothing was touched\
                        """);
            }
        }
    }

    /// Of the cluster that a WAL segment belongs to; 0 when there is nothing in it yet.
    private static long systemIdentifier(Path segment) throws IOException {
        if (!SEGMENT.matcher(String.valueOf(segment.getFileName())).matches()
                || !Files.isRegularFile(segment)) {
            return 0;
        }
        try (InputStream file = Files.newInputStream(segment)) {
            byte[] head = file.readNBytes(LONG_PAGE_HEADER);
            return head.length < LONG_PAGE_HEADER
                    ? 0
                    : ByteBuffer.wrap(head).order(ByteOrder.nativeOrder()).getLong(SYSTEM_ID);
        }
    }

    /// A script that fails at each start makes the same files at each start: one copy is enough.
    private List<Path> others() throws IOException {
        String name = String.valueOf(layout.replaced(KEPT).getFileName());
        List<Path> kept =
                FileTree.list(layout.stateDirectory()).stream()
                        .filter(place -> String.valueOf(place.getFileName()).startsWith(name))
                        .toList();
        List<Path> others = new ArrayList<>();
        for (Path entry : FileTree.list(layout.dataDirectory())) {
            if (!Layout.isContent(String.valueOf(entry.getFileName()))) {
                continue;
            }
            boolean again = false;
            for (Path place : kept) {
                again |= FileTree.isSame(place.resolve(entry.getFileName()), entry);
            }
            if (again) {
                FileTree.delete(entry);
            } else {
                others.add(entry);
            }
        }
        return others;
    }

    private void keepOthers() throws IOException {
        List<Path> others = others();
        if (others.isEmpty()) {
            return;
        }
        Path place = layout.replaced(KEPT);
        for (int i = 2; Files.exists(place, LinkOption.NOFOLLOW_LINKS); i++) {
            place = layout.replaced(KEPT + "-" + i);
        }
        AtomicFiles.createPrivate(place);
        for (Path other : others) {
            try {
                Files.move(
                        other, place.resolve(other.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new Refusal(
                        ExitCode.DATA,
                        """
                        cannot throw away an unfinished first boot: %s is not ours, and \
                        cannot be moved aside: %s\
                        """
                                .formatted(other, e),
                        "move it away, or unmount it, and start again; it was not touched",
                        e);
            }
        }
        AtomicFiles.sync(place);
        AtomicFiles.sync(layout.dataDirectory());
        LOG.warn(
                "Files beside the unfinished first boot that no server makes are in {} now: {}",
                place,
                others.stream()
                        .map(other -> String.valueOf(other.getFileName()))
                        .collect(Collectors.joining(", ")));
    }

    /// A tablespace is a directory of this name below the place that the user gave, and CREATE
    /// TABLESPACE refuses a place that has one already (create_tablespace_directories): it is ours,
    /// unless somebody has removed it and another cluster has made one since.
    private Map<Path, Path> tablespacesByLink() throws IOException {
        Path control = layout.dataDirectory().resolve(CONTROL_FILE);
        String version = AtomicFiles.read(layout.dataDirectory().resolve("PG_VERSION")).strip();
        Map<Path, Path> tablespaces = new TreeMap<>();
        if (!Files.exists(control) || version.isEmpty()) {
            return tablespaces;
        }
        // pg_control.h: the second number after the system identifier
        int catalog =
                ByteBuffer.wrap(InputFile.bytes(control))
                        .order(ByteOrder.nativeOrder())
                        .getInt(CATALOG_VERSION);
        for (Path link : FileTree.list(layout.dataDirectory().resolve("pg_tblspc"))) {
            if (Files.isSymbolicLink(link)) {
                Path place = link.resolveSibling(Files.readSymbolicLink(link));
                tablespaces.put(link, place.resolve("PG_" + version + "_" + catalog));
            }
        }
        return tablespaces;
    }

    private void requireOurTablespaces() throws IOException {
        for (Map.Entry<Path, Path> tablespace : tablespacesByLink().entrySet()) {
            if (isYounger(tablespace.getValue(), tablespace.getKey())) {
                throw new Refusal(
                        ExitCode.DATA,
                        """
                        cannot throw away a tablespace of an unfinished first boot: %s is \
                        younger than %s, which leads there: another cluster has made it\
                        """
                                .formatted(tablespace.getValue(), tablespace.getKey()),
                        "remove that link and start again; nothing was touched");
            }
        }
    }

    /// The server makes the directory and then the link to it.
    private static boolean isYounger(Path made, Path link) throws IOException {
        if (!Files.exists(made)) {
            return false;
        }
        BasicFileAttributes directory = Files.readAttributes(made, BasicFileAttributes.class);
        // Where a file system keeps no time of birth, Java gives that of the last change.
        return !directory.creationTime().equals(directory.lastModifiedTime())
                && directory
                        .creationTime()
                        .toInstant()
                        .isAfter(
                                Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS)
                                        .toInstant()
                                        .plus(CLOCKS));
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
