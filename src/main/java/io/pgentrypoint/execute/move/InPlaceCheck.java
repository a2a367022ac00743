package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.volume.Mounts;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Whether a cluster in its place, whose init scripts have not all run, may be discarded: nothing
/// is deleted that another cluster, or somebody else, has put there since.
record InPlaceCheck(Layout layout, Relocation relocation) {

    private static final String CONTROL_FILE = "global/pg_control";
    private static final int CATALOG_VERSION = 12;

    /// Of two file systems, one of them on another machine.
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    // XLogLongPageHeaderData (xlog_internal.h): the first page of each segment
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    private static final int SYSTEM_ID = 24;
    private static final int LONG_PAGE_HEADER = 40;

    void require(List<ExternalDirectory> external) throws IOException {
        requireNoMounts();
        for (ExternalDirectory each : external) {
            each.requireOnlyOurs();
            requireOurWal(each.external().place());
        }
        requireOurTablespaces();
    }

    /// Scripts mount nothing, so somebody has since, by whatever name: what it holds is not ours.
    private void requireNoMounts() throws IOException {
        Path directory = layout.dataDirectory().toRealPath();
        for (Path mount : Mounts.read().below(directory)) {
            if (Layout.isContent(directory.relativize(mount).getName(0).toString())) {
                throw Refusals.mountOfOthers(mount, layout);
            }
        }
    }

    /// By now some other cluster may have its WAL there: one whose data directory was the volume
    /// for a while, say.
    private void requireOurWal(Path place) throws IOException {
        Optional<String> ours = relocation.proof().map(Relocation.Proof::systemIdentifier);
        for (Path segment : FileTree.list(place)) {
            long found = systemIdentifier(segment);
            if (found != 0
                    && ours.isPresent()
                    && !Long.toUnsignedString(found).equals(ours.get())) {
                throw Refusals.walOfAnotherCluster(segment, Long.toUnsignedString(found));
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

    /// A tablespace is a directory of this name below the place that the user gave, and CREATE
    /// TABLESPACE refuses a place that has one already (create_tablespace_directories): it is ours,
    /// unless somebody has removed it and another cluster has made one since.
    Map<Path, Path> tablespacesByLink() throws IOException {
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
                throw Refusals.youngerTablespace(tablespace.getValue(), tablespace.getKey());
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
}
