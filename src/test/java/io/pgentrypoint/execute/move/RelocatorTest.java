package io.pgentrypoint.execute.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A first boot that is killed at each point of its publication, and then finished by the next.
class RelocatorTest {

    private static final List<String> ENTRIES =
            List.of("PG_VERSION", "base", "pg_hba.conf", "pg_tblspc", "pg_wal", "global");
    private static final int MAJOR = 17;
    private static final Journal BUILDING =
            new Journal(OnRestart.DISCARD, Relocation.firstBoot(List.of()));

    @TempDir private Path directory;
    private Layout layout;
    private Path staged;
    private Relocator relocator;

    @BeforeEach
    void open() throws IOException {
        layout = new Layout(directory.resolve("data"));
        staged = layout.staging().dataDirectory();
        relocator = new Relocator(layout);
        relocator.open(Optional.empty(), List.of(), MAJOR);
    }

    private void publish() throws IOException {
        relocator.publish(StagedCluster.Sync.NONE);
    }

    private void build() throws IOException {
        for (String entry : List.of("base", "pg_tblspc", "pg_wal", "global")) {
            Files.createDirectories(staged.resolve(entry));
        }
        Files.writeString(staged.resolve("PG_VERSION"), "17\n");
        Files.writeString(staged.resolve("pg_hba.conf"), "rules\n");
        Files.writeString(staged.resolve("base/1"), "table");
        Files.writeString(staged.resolve("global/pg_control"), "control");
    }

    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return content;
    }

    private void assertWhole() throws IOException {
        assertThat(content(layout.dataDirectory()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "PG_VERSION", "17\n",
                                "pg_hba.conf", "rules\n",
                                "base/1", "table",
                                "global/pg_control", "control"));
        assertThat(staged).doesNotExist();
        assertThat(layout.journal()).doesNotExist();
    }

    private void publishing() throws IOException {
        Relocation relocation = journal().relocation().moving(ENTRIES);
        Files.writeString(layout.journal(), new Journal(OnRestart.ROLL_FORWARD, relocation).text());
    }

    private Journal journal() throws IOException {
        return Journal.parse(Files.readString(layout.journal()));
    }

    @Test
    void an_open_staging_place_is_private_and_says_building() throws IOException {
        assertThat(journal()).isEqualTo(BUILDING);
        for (Path each : List.of(layout.dataDirectory(), layout.stateDirectory())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
        }
    }

    /// Such as the top of a volume with fsGroup: root's, and the group may write.
    @Test
    void a_wal_directory_of_somebody_else_keeps_its_mode() throws IOException {
        if (!Identity.current().isRoot()) {
            Assumptions.abort("NOT TESTED: only root can give files away");
        }
        Path wal = Files.createDirectory(directory.resolve("wal"));
        Files.setAttribute(wal, "unix:uid", 54321);
        Files.setPosixFilePermissions(wal, PosixFilePermissions.fromString("rwxrwx---"));
        new Relocator(layout).open(Optional.of(wal), List.of(), MAJOR);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wal)))
                .isEqualTo("rwxrwx---");
    }

    @Test
    void a_whole_cluster_is_published() throws IOException {
        build();
        publish();
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void a_publication_that_was_killed_after_some_renames_is_finished(int renamed)
            throws IOException {
        build();
        publishing();
        for (String entry : ENTRIES.subList(0, renamed)) {
            Files.move(staged.resolve(entry), layout.dataDirectory().resolve(entry));
        }
        publish();
        assertWhole();
    }

    @Test
    void a_publication_that_was_killed_before_its_journal_was_removed_is_finished()
            throws IOException {
        build();
        publishing();
        for (String entry : ENTRIES) {
            Files.move(staged.resolve(entry), layout.dataDirectory().resolve(entry));
        }
        Files.delete(staged);
        publish();
        assertWhole();
    }

    @Test
    void a_journal_that_was_being_written_is_written_again() throws IOException {
        build();
        Files.writeString(layout.stateDirectory().resolve("pgsql_tmp_journal"), "phase=publ");
        publish();
        assertWhole();
        assertThat(layout.stateDirectory()).isEmptyDirectory();
    }

    @Test
    void nothing_moves_when_something_stands_in_the_way() throws IOException {
        build();
        Files.writeString(layout.dataDirectory().resolve("pg_wal"), "stranger");
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(layout.dataDirectory().resolve("PG_VERSION")).doesNotExist();
        assertThat(layout.dataDirectory().resolve("global")).doesNotExist();
    }

    /// Somebody has deleted what is not there any more; the journal tells it from what has moved.
    @Test
    void a_staging_place_that_is_gone_is_not_taken_for_an_empty_cluster() throws IOException {
        build();
        publishing();
        FileTree.delete(staged);
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.reason()).contains("is gone");
        assertThat(layout.journal()).exists();
    }

    /// A plan that was wrong must not publish what is neither the old cluster nor the new one.
    @Test
    void what_a_restart_refuses_is_never_published() throws IOException {
        build();
        for (OnRestart each : List.of(OnRestart.REFUSE, OnRestart.ROLL_BACK)) {
            Files.writeString(layout.journal(), BUILDING.on(each).text());
            assertThatThrownBy(this::publish).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> new InterruptedRelocation(layout).discard(journal()))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(staged.resolve("global/pg_control")).exists();
        assertThat(layout.dataDirectory().resolve("global")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PG_VERSION", "base", "pg_hba.conf", "pg_tblspc", "pg_wal", "global"})
    void what_stands_in_the_way_is_not_overwritten(String entry) throws IOException {
        build();
        Path stranger = layout.dataDirectory().resolve(entry);
        Files.writeString(stranger, "stranger");
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(refusal.reason()).startsWith("cannot move").contains(stranger.toString());
        assertThat(stranger).hasContent("stranger");
        assertThat(staged.resolve(entry)).exists();
    }

    /// The advice of the refusal, followed.
    @Test
    void once_it_is_moved_away_the_publication_goes_on() throws IOException {
        build();
        Path stranger = layout.dataDirectory().resolve("pg_wal");
        Files.writeString(stranger, "stranger");
        assertThatThrownBy(this::publish).isInstanceOf(Refusal.class);
        Files.delete(stranger);
        publish();
        assertWhole();
    }

    @Test
    void an_entry_that_is_in_neither_place_is_refused() throws IOException {
        build();
        publishing();
        Files.delete(staged.resolve("pg_hba.conf"));
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(layout.dataDirectory().resolve("global")).doesNotExist();
    }

    @Test
    void a_tablespace_inside_the_staging_place_is_refused_before_anything_moves()
            throws IOException {
        build();
        Files.createSymbolicLink(staged.resolve("pg_tblspc/16384"), staged.resolve("base"));
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.reason()).contains("tablespace");
        assertThat(journal()).isEqualTo(BUILDING);
    }

    /// What pg_basebackup does with a mapping.
    private ExternalDirectory clone(String place) throws IOException {
        relocator.open(Optional.empty(), List.of(directory.resolve(place)), MAJOR);
        build();
        ExternalDirectory tablespace = relocator.external().getFirst();
        Path content = tablespace.external().beside().resolve("PG_17_202406281");
        Files.createDirectories(content);
        Files.writeString(content.resolve("1"), "row");
        Files.createSymbolicLink(staged.resolve("pg_tblspc/16384"), tablespace.external().beside());
        return tablespace;
    }

    private void assertWholeWith(Path tablespace) throws IOException {
        assertThat(content(tablespace)).containsExactly(Map.entry("PG_17_202406281/1", "row"));
        assertThat(Files.readSymbolicLink(layout.dataDirectory().resolve("pg_tblspc/16384")))
                .isEqualTo(tablespace);
        assertThat(layout.stateDirectory()).isEmptyDirectory();
    }

    @Test
    void a_tablespace_elsewhere_is_moved_up_in_its_place_beside_what_is_there() throws IOException {
        Path place = Files.createDirectory(directory.resolve("ts"));
        Files.createDirectory(place.resolve("PG_16_202307071"));
        Files.createDirectory(place.resolve("lost+found"));
        ExternalDirectory tablespace = clone("ts");
        assertThat(tablespace.external().beside()).hasParent(place);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(tablespace.external().beside())))
                .isEqualTo("rwx------");
        publish();
        assertWholeWith(place);
        assertThat(FileTree.list(place)).hasSize(3);
    }

    @Test
    void a_tablespace_inside_the_data_directory_moves_with_it() throws IOException {
        ExternalDirectory tablespace = clone("data/inside/ts");
        assertThat(tablespace.external().beside()).startsWith(layout.stateDirectory());
        publish();
        assertWholeWith(layout.dataDirectory().resolve("inside/ts"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "moved", "removed", "relinked"})
    void a_publication_that_was_killed_among_its_tablespaces_is_finished(String done)
            throws IOException {
        ExternalDirectory tablespace = clone("ts");
        publishing();
        Path place = tablespace.external().place();
        if (!done.equals("nothing")) {
            Files.move(
                    tablespace.external().beside().resolve("PG_17_202406281"),
                    place.resolve("PG_17_202406281"));
        }
        if (done.equals("removed") || done.equals("relinked")) {
            Files.delete(tablespace.external().beside());
        }
        if (done.equals("relinked")) {
            Files.delete(staged.resolve("pg_tblspc/16384"));
            Files.createSymbolicLink(staged.resolve("pg_tblspc/16384"), place);
            Files.createSymbolicLink(layout.stateDirectory().resolve("pgsql_tmp_link"), place);
            Files.delete(layout.stateDirectory().resolve("pgsql_tmp_link"));
        }
        publish();
        assertWholeWith(place);
    }

    @Test
    void a_discard_removes_what_a_clone_has_built_in_a_tablespace_and_nothing_else()
            throws IOException {
        ExternalDirectory tablespace = clone("ts");
        Files.writeString(tablespace.external().place().resolve("beside"), "mine");
        new InterruptedRelocation(layout).discard(journal());
        assertThat(content(tablespace.external().place()))
                .containsExactly(Map.entry("beside", "mine"));
        assertThat(FileTree.list(tablespace.external().place())).hasSize(1);
        assertThat(layout.journal()).doesNotExist();
    }

    /// Such a directory is a tablespace of somebody's, perhaps of the primary on the same machine.
    @Test
    void a_place_that_holds_a_tablespace_of_our_major_version_is_refused_before_anything_is_built()
            throws IOException {
        Path taken = directory.resolve("ts/PG_17_202406281");
        Files.createDirectories(taken);
        Files.delete(layout.journal());
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> clone("ts"));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(refusal.reason()).contains(taken.toString());
        assertThat(layout.journal()).doesNotExist();
        assertThat(FileTree.list(directory.resolve("ts"))).containsExactly(taken);
    }

    /// It would look as if it had moved already.
    @Test
    void a_tablespace_whose_volume_is_not_mounted_any_more_is_named_and_nothing_is_published()
            throws IOException {
        ExternalDirectory tablespace = clone("ts");
        publishing();
        Path away = Files.move(tablespace.external().place(), directory.resolve("away"));
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.reason()).contains(tablespace.external().beside().toString());
        assertThat(refusal.remedy()).startsWith("mount the volume");
        Files.createDirectory(tablespace.external().place());
        assertThatThrownBy(this::publish).isInstanceOf(Refusal.class);
        assertThat(layout.dataDirectory().resolve("PG_VERSION")).doesNotExist();
        Files.delete(tablespace.external().place());
        Files.move(away, tablespace.external().place());
        publish();
        assertWholeWith(tablespace.external().place());
    }

    @Test
    void a_tablespace_that_the_primary_dropped_during_the_clone_is_no_obstacle()
            throws IOException {
        Path place = directory.resolve("ts");
        relocator.open(Optional.empty(), List.of(place), MAJOR);
        build();
        publish();
        assertWhole();
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void tablespaces_inside_the_data_directory_may_lie_in_each_other() throws IOException {
        Path outer = layout.dataDirectory().resolve("ts");
        Path inner = outer.resolve("inner");
        relocator.open(Optional.empty(), List.of(outer, inner), MAJOR);
        build();
        for (ExternalDirectory each : relocator.external()) {
            Files.createDirectories(each.external().beside().resolve("PG_17_202406281"));
        }
        publish();
        assertThat(outer.resolve("PG_17_202406281")).isEmptyDirectory();
        assertThat(inner.resolve("PG_17_202406281")).isEmptyDirectory();
        assertThat(layout.stateDirectory()).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "data/pgsql_tmp_entrypoint/x", "file"})
    void a_place_that_cannot_be_one_is_refused_before_anything_is_built(String place)
            throws IOException {
        Files.writeString(directory.resolve("file"), "mine");
        Files.delete(layout.journal());
        assertThatThrownBy(() -> clone(place)).isInstanceOf(Refusal.class);
        assertThat(layout.journal()).doesNotExist();
        assertThat(directory.resolve("file")).hasContent("mine");
    }

    @Test
    void a_tablespace_that_came_into_the_place_meanwhile_is_named_and_kept() throws IOException {
        ExternalDirectory tablespace = clone("ts");
        Path stranger =
                Files.createDirectory(tablespace.external().place().resolve("PG_17_202406281"));
        Refusal refusal = catchThrowableOfType(Refusal.class, this::publish);
        assertThat(refusal.reason()).contains(stranger.toString());
        assertThat(stranger).isEmptyDirectory();
        Files.delete(stranger);
        publish();
        assertWholeWith(tablespace.external().place());
    }

    private ExternalDirectory tablespace(String place) {
        return new ExternalDirectory(
                ExternalDirectory.newTablespace(Path.of(place), layout), layout);
    }

    /// As tablespace_list_append of pg_basebackup.c reads it.
    @ParameterizedTest
    @ValueSource(strings = {"/ts", "/a=b", "/a\\=b", "/=", "/a b'c\"d", "/a\nb", "/\\x", "/ä=😀"})
    void a_mapping_is_read_as_the_two_places_that_were_meant(String place) {
        ExternalDirectory tablespace = tablespace(place);
        String option = tablespace.option();
        assertThat(option).startsWith("--tablespace-mapping=");
        String mapping = option.substring("--tablespace-mapping=".length());
        StringBuilder from = new StringBuilder();
        StringBuilder to = new StringBuilder();
        StringBuilder current = from;
        for (int i = 0; i < mapping.length(); i++) {
            char c = mapping.charAt(i);
            if (c == '=' && (i == 0 || mapping.charAt(i - 1) != '\\')) {
                assertThat(current).as("one separator").isSameAs(from);
                current = to;
            } else if (c != '\\' || i + 1 == mapping.length() || mapping.charAt(i + 1) != '=') {
                current.append(c);
            }
        }
        assertThat(from).hasToString(place);
        assertThat(to).hasToString(tablespace.external().beside().toString());
    }

    @Test
    void a_place_that_pg_basebackup_cannot_be_told_is_refused() {
        ExternalDirectory tablespace = tablespace("/ts\\");
        assertThatThrownBy(tablespace::option).isInstanceOf(Refusal.class);
    }

    @Test
    void a_cluster_is_synced_whole_before_any_of_it_moves() throws IOException {
        build();
        List<Path> synced = new ArrayList<>();
        relocator.publish(cluster -> {
            synced.add(cluster);
            assertThat(cluster.resolve("global")).exists();
            assertThat(layout.dataDirectory().resolve("PG_VERSION")).doesNotExist();
        });
        assertThat(synced).containsExactly(staged);
    }

    @Test
    void a_cluster_that_cannot_be_synced_is_not_published() throws IOException {
        build();
        StagedCluster.Sync fails =
                StagedCluster.syncing(new Programs(new StopRequest()), "/bin/false", Map.of());
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> relocator.publish(fails));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.IO.code());
        assertThat(layout.dataDirectory().resolve("PG_VERSION")).doesNotExist();
    }

    @Test
    void a_discard_removes_what_was_built_and_nothing_else() throws IOException {
        build();
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "precious");
        Files.createSymbolicLink(staged.resolve("pg_wal/link"), outside);
        Files.createSymbolicLink(staged.resolve("link"), outside.resolve("precious"));
        Files.writeString(StagedCluster.superuserPassword(layout.staging()), "secret");
        Files.writeString(layout.dataDirectory().resolve("lost+found"), "");
        Files.writeString(layout.passFile(), "kept");
        new InterruptedRelocation(layout).discard(BUILDING);
        assertThat(content(directory))
                .containsOnlyKeys(
                        "outside/precious",
                        "data/lost+found",
                        "data/" + Layout.STATE_DIRECTORY + "/upstream.pgpass");
        assertThat(staged).doesNotExist();
    }

    @Test
    void a_discard_that_was_killed_can_be_done_again() throws IOException {
        build();
        FileTree.delete(staged);
        new InterruptedRelocation(layout).discard(BUILDING);
        assertThat(layout.journal()).doesNotExist();
    }

    /// What initdb and pg_basebackup do with such an option.
    private ExternalDirectory withWal(Path place) throws IOException {
        relocator.open(Optional.of(place), List.of(), MAJOR);
        build();
        ExternalDirectory wal = relocator.external().getFirst();
        for (String made :
                List.of(
                        "000000010000000000000001",
                        "00000002.history",
                        "000000020000000000000003.partial",
                        "xlogtemp.4711")) {
            Files.writeString(wal.external().beside().resolve(made), made);
        }
        Files.createDirectory(wal.external().beside().resolve("archive_status"));
        Files.delete(staged.resolve("pg_wal"));
        Files.createSymbolicLink(staged.resolve("pg_wal"), wal.external().beside());
        return wal;
    }

    /// A volume of its own has lost+found at its top, and what was set aside stays there.
    @Test
    void wal_elsewhere_is_moved_up_in_its_place_beside_what_counts_for_nothing()
            throws IOException {
        Path place = Files.createDirectory(directory.resolve("wal"));
        Files.createDirectory(place.resolve("lost+found"));
        Files.createDirectory(place.resolve("pgsql_tmp_replaced-timeline-1"));
        ExternalDirectory wal = withWal(place);
        assertThat(wal.external().beside()).hasParent(place);
        assertThat(wal.option()).isEqualTo("--waldir=" + wal.external().beside());
        publish();
        assertThat(FileTree.list(place)).hasSize(7);
        assertThat(wal.external().beside()).doesNotExist();
        assertThat(layout.dataDirectory().resolve("pg_wal/000000010000000000000001"))
                .hasContent("000000010000000000000001");
        assertThat(Files.readSymbolicLink(layout.dataDirectory().resolve("pg_wal")))
                .isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void a_publication_that_was_killed_among_its_wal_is_finished(int moved) throws IOException {
        ExternalDirectory wal = withWal(directory.resolve("wal"));
        publishing();
        for (Path each : FileTree.list(wal.external().beside()).subList(0, moved)) {
            Files.move(each, wal.external().place().resolve(each.getFileName()));
        }
        publish();
        assertThat(FileTree.list(wal.external().place())).hasSize(5);
        assertThat(Files.readSymbolicLink(layout.dataDirectory().resolve("pg_wal")))
                .isEqualTo(wal.external().place());
        assertThat(layout.stateDirectory()).isEmptyDirectory();
    }

    @Test
    void wal_is_not_put_where_a_tablespace_of_the_primary_belongs() throws IOException {
        Files.delete(layout.journal());
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class,
                        () ->
                                relocator.open(
                                        Optional.of(directory.resolve("vol")),
                                        List.of(directory.resolve("vol/ts")),
                                        MAJOR));
        assertThat(refusal.remedy()).startsWith("set POSTGRES_INITDB_WALDIR");
        assertThat(layout.journal()).doesNotExist();
        assertThat(directory.resolve("vol")).doesNotExist();
    }

    /// pg_rewind copies all that the primary has in such a place.
    @Test
    void what_came_along_from_the_primary_is_not_published() throws IOException {
        ExternalDirectory tablespace = clone("ts");
        Files.createDirectory(tablespace.external().beside().resolve("PG_16_202307071"));
        Files.writeString(tablespace.external().beside().resolve("notes"), "theirs");
        Path mine = Files.writeString(tablespace.external().place().resolve("notes"), "mine");
        publish();
        assertThat(mine).hasContent("mine");
        Files.delete(mine);
        assertWholeWith(tablespace.external().place());
    }

    @Test
    void a_discard_leaves_what_someone_has_put_into_our_wal_directory_since() throws IOException {
        Path place = directory.resolve("wal");
        withWal(place);
        Path stranger = Files.writeString(place.resolve("000000010000000000000001"), "precious");
        new InterruptedRelocation(layout).discard(journal());
        assertThat(FileTree.list(place)).containsExactly(stranger);
        assertThat(staged).doesNotExist();
    }

    /// In its place, while init scripts run, it cannot be told from other files of such names.
    @Test
    void in_its_place_unfinished_wal_is_discarded_by_its_names_and_a_stranger_is_named_and_kept()
            throws IOException {
        Path place = directory.resolve("wal");
        withWal(place);
        Files.write(staged.resolve("global/pg_control"), new byte[512]);
        new Relocator(layout).putInPlace("7301234567890123456");
        Path stranger = Files.writeString(place.resolve("precious"), "precious");
        Journal journal = journal();
        assertThat(journal.onRestart()).isEqualTo(OnRestart.DISCARD);
        assertThat(journal.relocation().proof()).isPresent();
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> new InterruptedRelocation(layout).discard(journal));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(refusal.reason()).contains(stranger.toString());
        assertThat(place.resolve("000000010000000000000001")).exists();
        assertThat(layout.dataDirectory().resolve("PG_VERSION")).exists();
        Files.delete(stranger);
        new InterruptedRelocation(layout).discard(journal);
        assertThat(place).isEmptyDirectory();
        assertThat(layout.journal()).doesNotExist();
    }

    @Test
    void a_wal_directory_that_holds_something_is_refused_and_never_taken_for_ours()
            throws IOException {
        Path wal = Files.createDirectory(directory.resolve("wal"));
        Files.writeString(wal.resolve("precious"), "precious");
        Files.setPosixFilePermissions(wal, PosixFilePermissions.fromString("rwxr-x---"));
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> relocator.open(Optional.of(wal), List.of(), MAJOR));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(Files.getPosixFilePermissions(wal))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(FileTree.list(wal)).containsExactly(wal.resolve("precious"));
        assertThat(wal.resolve("precious")).hasContent("precious");
    }

    /// Somebody has removed it, and another cluster has made one there since.
    @Test
    void an_unfinished_tablespace_is_not_discarded_where_another_cluster_has_made_it()
            throws IOException {
        build();
        Path place = directory.resolve("tablespace");
        Path theirs = Files.createDirectories(place.resolve("PG_15_0"));
        Files.writeString(theirs.resolve("16384"), "rows");
        Files.setLastModifiedTime(theirs, FileTime.from(Instant.now().plusSeconds(1)));
        Files.writeString(staged.resolve("PG_VERSION"), "15\n");
        Files.write(staged.resolve("global/pg_control"), new byte[512]);
        Path link =
                Files.createSymbolicLink(
                        Files.createDirectories(staged.resolve("pg_tblspc")).resolve("16384"),
                        place);
        FileTime made = Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS);
        new Relocator(layout).putInPlace("7301234567890123456");
        Path published = layout.dataDirectory().resolve("pg_tblspc/16384");
        setTime(published, FileTime.from(made.toInstant().minusSeconds(600)));
        Journal journal = journal();
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> new InterruptedRelocation(layout).discard(journal));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        assertThat(refusal.reason()).contains(theirs.toString(), published.toString());
        assertThat(theirs.resolve("16384")).hasContent("rows");
        assertThat(layout.dataDirectory().resolve("global/pg_control")).exists();

        setTime(published, made);
        new InterruptedRelocation(layout).discard(journal);
        assertThat(place).isEmptyDirectory();
    }

    private static void setTime(Path link, FileTime time) throws IOException {
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, time);
    }

    /// The volume of the WAL was another cluster's for a while.
    @Test
    void unfinished_wal_is_not_discarded_where_it_is_another_clusters() throws IOException {
        Path place = directory.resolve("wal");
        withWal(place);
        Files.write(staged.resolve("global/pg_control"), new byte[512]);
        new Relocator(layout).putInPlace("7301234567890123456");
        Path segment = place.resolve("000000010000000000000001");
        Files.write(segment, segmentOf(7_301_234_567_890_123_457L));
        Journal journal = journal();
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> new InterruptedRelocation(layout).discard(journal));
        assertThat(refusal.reason()).contains(segment.toString(), "7301234567890123457");
        assertThat(FileTree.list(place)).hasSize(5);
        assertThat(layout.dataDirectory().resolve("global/pg_control")).exists();
        Files.write(segment, segmentOf(7_301_234_567_890_123_456L));
        new InterruptedRelocation(layout).discard(journal);
        assertThat(place).isEmptyDirectory();
    }

    private static byte[] segmentOf(long systemIdentifier) {
        return ByteBuffer.allocate(8192)
                .order(ByteOrder.nativeOrder())
                .putLong(24, systemIdentifier)
                .array();
    }

    @Test
    void what_no_server_makes_is_moved_aside_when_an_unfinished_first_boot_is_discarded()
            throws IOException {
        build();
        Files.write(staged.resolve("global/pg_control"), new byte[512]);
        new Relocator(layout).putInPlace("7301234567890123456");
        Files.createDirectory(layout.dataDirectory().resolve("certificates"));
        Files.writeString(layout.dataDirectory().resolve("certificates/server.key"), "mine");
        Files.writeString(layout.dataDirectory().resolve("dump.sql"), "mine");
        Files.createDirectory(layout.dataDirectory().resolve("lost+found"));
        new InterruptedRelocation(layout).discard(journal());
        assertThat(content(layout.dataDirectory()))
                .containsOnlyKeys(
                        place(layout.replaced("first-boot")) + "/certificates/server.key",
                        place(layout.replaced("first-boot")) + "/dump.sql");
        assertThat(layout.dataDirectory().resolve("lost+found")).isDirectory();
    }

    /// Or a script that fails would fill the volume, start by start.
    @Test
    void what_a_script_makes_at_each_start_is_kept_once_and_named_then() throws IOException {
        inPlaceWith("rows");
        new InterruptedRelocation(layout).discard(journal());
        relocator.open(Optional.empty(), List.of(), MAJOR);
        inPlaceWith("more");
        Path dump = layout.dataDirectory().resolve("dump");
        Path kept = layout.replaced("first-boot").resolve("dump");
        Journal journal = journal();
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> new InterruptedRelocation(layout).discard(journal));
        assertThat(refusal.reason()).contains(dump.toString(), kept.toString());
        assertThat(dump.resolve("1.sql")).hasContent("more");
        assertThat(kept.resolve("1.sql")).hasContent("rows");
        FileTree.delete(layout.replaced("first-boot"));
        new InterruptedRelocation(layout).discard(journal());
        assertThat(kept.resolve("1.sql")).hasContent("more");
        assertThat(layout.journal()).doesNotExist();
    }

    private void inPlaceWith(String dump) throws IOException {
        build();
        Files.write(staged.resolve("global/pg_control"), new byte[512]);
        relocator.putInPlace("7301234567890123456");
        Files.createDirectory(layout.dataDirectory().resolve("dump"));
        Files.writeString(layout.dataDirectory().resolve("dump/1.sql"), dump);
    }

    private String place(Path path) {
        return layout.dataDirectory().relativize(path).toString();
    }

    /// The start after a refusal would throw away what it has just asked for.
    @Test
    void what_stands_in_the_way_of_init_scripts_is_found_before_anything_may_be_discarded()
            throws IOException {
        build();
        Path stranger = Files.writeString(layout.dataDirectory().resolve("pg_hba.conf"), "mine");
        assertThatThrownBy(() -> new Relocator(layout).putInPlace("7301234567890123456"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(stranger.toString());
        Journal journal = journal();
        assertThat(journal).isEqualTo(BUILDING);
        new InterruptedRelocation(layout).discard(journal);
        assertThat(stranger).hasContent("mine");
    }

    @Test
    void a_staging_place_that_is_not_empty_is_never_taken_for_ours_without_a_journal()
            throws IOException {
        build();
        Files.delete(layout.journal());
        assertThatThrownBy(() -> relocator.open(Optional.empty(), List.of(), MAJOR))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(staged.toString());
        assertThat(layout.journal()).doesNotExist();
    }

    private static final Relocation.Upgrade UPGRADE =
            new Relocation.Upgrade(15, 17, Layout.replacedName("postgresql-15"), true);

    private Layout old() throws IOException {
        Layout old = new Layout(Files.createDirectory(directory.resolve("old")));
        Files.createDirectories(old.dataDirectory().resolve("global"));
        Files.createDirectories(old.dataDirectory().resolve("base"));
        Files.writeString(old.dataDirectory().resolve("global/pg_control"), "control of 15");
        Files.writeString(old.dataDirectory().resolve("PG_VERSION"), "15\n");
        new Relocator(old).open(UPGRADE);
        Path built = old.staging().dataDirectory();
        Files.createDirectories(built.resolve("global"));
        Files.createDirectories(built.resolve("base"));
        Files.writeString(built.resolve("global/pg_control"), "control of 17");
        Files.writeString(built.resolve("PG_VERSION"), "17\n");
        return old;
    }

    @Test
    void an_upgrade_that_is_discarded_gives_the_old_cluster_its_control_file_back()
            throws IOException {
        Layout old = old();
        Path control = old.dataDirectory().resolve("global/pg_control");
        Files.move(control, control.resolveSibling("pg_control.old"));

        new InterruptedRelocation(old).discard(Journal.parse(Files.readString(old.journal())));
        assertThat(control).hasContent("control of 15");
        assertThat(old.staging().dataDirectory()).doesNotExist();
        assertThat(old.journal()).doesNotExist();
    }

    @Test
    void an_upgraded_cluster_takes_the_place_of_the_old_one_and_gives_it_back() throws IOException {
        Layout old = old();
        Path control = old.dataDirectory().resolve("global/pg_control");
        Relocator moves = new Relocator(old);
        moves.replaced(moves.replace(StagedCluster.Sync.NONE));
        assertThat(control).hasContent("control of 17");
        assertThat(old.replaced("postgresql-15").resolve("global/pg_control"))
                .hasContent("control of 15");
        assertThat(old.journal()).doesNotExist();

        moves.reopen(
                UPGRADE.aside(),
                new Relocation.Upgrade(17, 15, Layout.replacedName("postgresql-17"), false));
        moves.replaced(moves.replace(StagedCluster.Sync.NONE));
        assertThat(control).hasContent("control of 15");
        assertThat(old.replaced("postgresql-17").resolve("global/pg_control"))
                .hasContent("control of 17");
    }
}
