package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.observe.datadir.Relocation.Kind;
import io.pgentrypoint.observe.volume.ClusterLinks;
import io.pgentrypoint.observe.wal.WalNames;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The WAL of a cluster, or a tablespace of it, that lies outside its data directory. In its place
/// there may be other people's files, so it is built, rewound and moved aside in a directory of
/// ours below that place: initdb and pg_basebackup want an empty directory, and what a killed one
/// leaves could not be told from those files; pg_rewind deletes all that the primary does not have.
///
/// @param external where it belongs, and our directory: in the state directory, where it belongs
///   into the data directory
public record ExternalDirectory(External external, Layout layout) {

    static External newWal(Path place) {
        return External.wal(place, place.resolve(randomName()));
    }

    static External newTablespace(Path place, Layout layout) {
        if (place.equals(layout.dataDirectory()) || place.startsWith(layout.stateDirectory())) {
            throw Refusals.tablespaceInStateDirectory(place);
        }
        Path above = place.startsWith(layout.dataDirectory()) ? layout.stateDirectory() : place;
        return External.tablespace(place, above.resolve(randomName()));
    }

    /// Those of a cluster that is there already, by its links.
    ///
    /// @param name of our directory in each place
    static List<External> linked(Path cluster, String name) throws IOException {
        List<External> linked = new ArrayList<>();
        for (Path link : ClusterLinks.wal(cluster).stream().toList()) {
            Path place = ClusterLinks.target(link);
            linked.add(External.wal(place, place.resolve(name)));
        }
        for (Path link : ClusterLinks.tablespaces(cluster)) {
            Path place = ClusterLinks.target(link);
            linked.add(External.tablespace(place, place.resolve(name)));
        }
        return linked;
    }

    /// No two clones share one, and none takes another's for its own.
    static String randomName() {
        return "%s-%s"
                .formatted(
                        Layout.STATE_DIRECTORY,
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    static List<ExternalDirectory> of(List<External> external, Layout layout) {
        return external.stream().map(each -> new ExternalDirectory(each, layout)).toList();
    }

    private Kind kind() {
        return external.kind();
    }

    private Path place() {
        return external.place();
    }

    private Path beside() {
        return external.beside();
    }

    /// Where it moves: with the staged cluster, where it belongs into the data directory.
    private Path target() {
        return kind() == Kind.TABLESPACE && place().startsWith(layout.dataDirectory())
                ? layout.staging()
                        .dataDirectory()
                        .resolve(layout.dataDirectory().relativize(place()))
                : place();
    }

    void requireFree(int major) throws IOException {
        ExternalDirectoryCheck.require(kind(), place(), String.valueOf(major));
    }

    /// For a new cluster: its WAL directory is as private as its data directory, unless it is
    /// somebody else's who lets us write there (a volume with fsGroup). The server does not look.
    void open() throws IOException {
        boolean others =
                FileOwner.of(place())
                        .filter(owner -> owner.uid() != Identity.current().uid())
                        .isPresent();
        if (kind() == Kind.WAL && !others) {
            AtomicFiles.createPrivate(place());
        }
        create();
    }

    private void create() throws IOException {
        Path above = AtomicFiles.parent(beside());
        if (!Files.exists(above)) {
            AtomicFiles.createPrivate(above);
        }
        Path _ =
                Files.createDirectory(
                        beside(),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        AtomicFiles.sync(above);
    }

    /// What initdb and pg_basebackup are told of it. An equals sign separates the two places of a
    /// tablespace; a backslash before it takes its meaning (tablespace_list_append of
    /// pg_basebackup.c).
    public String option() {
        return switch (kind()) {
            case WAL -> "--waldir=" + beside();
            case TABLESPACE -> "--tablespace-mapping=" + quoted(place()) + "=" + quoted(beside());
        };
    }

    private static String quoted(Path path) {
        String text = path.toString();
        if (text.endsWith("\\")) {
            throw Refusals.unmappable(path);
        }
        return text.replace("=", "\\=");
    }

    /// A base backup brings a directory for a tablespace that the primary has in its own data
    /// directory, and none for another.
    void prepareTarget() throws IOException {
        Files.createDirectories(target());
    }

    boolean isEmpty() throws IOException {
        return FileTree.list(beside()).isEmpty();
    }

    boolean hasContent(String major) throws IOException {
        return !content(place(), major).isEmpty();
    }

    /// Before anything moves: a place whose volume is not mounted this time looks as if all had
    /// moved.
    void requireBuilt(String major) throws IOException {
        boolean there =
                !external.filled()
                        || !content(beside(), major).isEmpty()
                        || !content(target(), major).isEmpty()
                        || !content(place(), major).isEmpty();
        if (!there) {
            throw Refusals.externalGone(place(), beside());
        }
    }

    /// Lets the links in the cluster lead to its place. Done again after a kill it goes on where it
    /// was.
    void moveUp(Path cluster) throws IOException {
        ClusterMove.rename(FileTree.list(beside()), target());
        discard();
        relink(cluster, beside(), place());
    }

    /// The reverse: what lies there beside it stays, and so does the mode of the place, which may
    /// be somebody else's. It is taken back by [#moveUp(Path)].
    void takeOut(Path cluster, String major) throws IOException {
        create();
        ClusterMove.rename(content(place(), major), beside());
        AtomicFiles.sync(place());
        relink(cluster, place(), beside());
    }

    /// What was taken out will not come back. Done again after a kill it goes on where it was.
    Path keepAs(String name, Path cluster) throws IOException {
        Path kept = place().resolve(name);
        if (Files.exists(beside())) {
            ClusterMove.requireFree(beside(), kept);
            Files.move(beside(), kept, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.sync(place());
        }
        relink(cluster, beside(), kept);
        return kept;
    }

    /// pg_rewind also copies what lies beside a tablespace, or the WAL, on the primary.
    void discardAllButContent(String major) throws IOException {
        for (Path each : FileTree.list(beside())) {
            if (!kind().isContent(String.valueOf(each.getFileName()), major)) {
                FileTree.delete(each);
            }
        }
    }

    private void relink(Path cluster, Path from, Path to) throws IOException {
        Path beside = layout.stateDirectory().resolve("pgsql_tmp_link");
        Files.deleteIfExists(beside);
        for (Path link : links(cluster)) {
            if (ClusterLinks.target(link).equals(from.normalize())) {
                Path made = Files.createSymbolicLink(beside, to);
                Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
                AtomicFiles.sync(AtomicFiles.parent(link));
            }
        }
    }

    private List<Path> links(Path cluster) throws IOException {
        return switch (kind()) {
            case WAL -> ClusterLinks.wal(cluster).stream().toList();
            case TABLESPACE -> ClusterLinks.tablespaces(cluster);
        };
    }

    /// The place itself stays: it may have been there before, and is empty otherwise.
    void discard() throws IOException {
        FileTree.delete(beside());
        Path above = AtomicFiles.parent(beside());
        if (Files.isDirectory(above)) {
            AtomicFiles.sync(above);
        }
    }

    /// It held nothing when we began, and neither a server nor a base backup makes anything else in
    /// it.
    void requireOnlyOurs() throws IOException {
        for (Path there : FileTree.list(place())) {
            String name = String.valueOf(there.getFileName());
            if (Layout.isContent(name)
                    && !Layout.isReplaced(name)
                    && !WalNames.isWal(name)
                    && !there.equals(beside())) {
                throw Refusals.walOfOthers(there);
            }
        }
    }

    /// After [#requireOnlyOurs()].
    void discardPublished() throws IOException {
        for (Path wal : content(place(), "")) {
            FileTree.delete(wal);
        }
        discard();
    }

    private List<Path> content(Path directory, String major) throws IOException {
        return FileTree.list(directory).stream()
                .filter(each -> kind().isContent(String.valueOf(each.getFileName()), major))
                .toList();
    }
}
