package io.pgentrypoint.execute.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster with its WAL and a tablespace elsewhere, beside files of other people, is moved out of
/// its data directory and back.
class ClusterMoveTest {

    private static final String SEGMENT = "000000010000000000000001";
    private static final String VERSION_DIRECTORY = "PG_17_202406281";

    @TempDir Path directory;

    private Layout layout;
    private Path wal;
    private Path tablespace;
    private Relocator relocator;

    @BeforeEach
    void cluster() throws IOException {
        layout = new Layout(directory.resolve("data"));
        wal = Files.createDirectory(directory.resolve("wal"));
        tablespace = Files.createDirectory(directory.resolve("ts"));
        relocator = new Relocator(layout);
        Files.createDirectories(layout.stateDirectory());
        for (String each : List.of("base", "global", "pg_tblspc")) {
            Files.createDirectory(layout.dataDirectory().resolve(each));
        }
        Files.writeString(layout.dataDirectory().resolve("PG_VERSION"), "17\n");
        Files.writeString(layout.dataDirectory().resolve("global/pg_control"), "control");
        Files.createSymbolicLink(layout.dataDirectory().resolve("pg_wal"), wal);
        Files.createSymbolicLink(layout.dataDirectory().resolve("pg_tblspc/16384"), tablespace);
        Files.writeString(wal.resolve(SEGMENT), "wal");
        Files.createDirectory(wal.resolve("archive_status"));
        Files.writeString(wal.resolve("notes"), "mine");
        Files.createDirectory(tablespace.resolve(VERSION_DIRECTORY));
        Files.writeString(tablespace.resolve(VERSION_DIRECTORY + "/1"), "row");
        Files.createDirectory(tablespace.resolve("PG_16_202307071"));
        Files.writeString(tablespace.resolve("PG_16_202307071/1"), "mine");
    }

    /// Every file with its content, and every link with where it leads to.
    private Map<String, String> everything() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                String name = directory.relativize(file).toString();
                if (Files.isSymbolicLink(file)) {
                    found.put(name, "-> " + Files.readSymbolicLink(file));
                } else {
                    found.put(name, Files.isDirectory(file) ? "" : Files.readString(file));
                }
            }
        }
        return found;
    }

    @Test
    void what_is_set_aside_is_a_whole_cluster_and_what_lies_beside_it_stays() throws IOException {
        relocator.aside("x");
        Path aside = layout.replaced("x");
        assertThat(aside.resolve("global/pg_control")).hasContent("control");
        assertThat(aside.resolve("pg_wal/" + SEGMENT)).hasContent("wal");
        assertThat(aside.resolve("pg_tblspc/16384/" + VERSION_DIRECTORY + "/1")).hasContent("row");
        assertThat(FileTree.list(layout.dataDirectory())).containsExactly(layout.stateDirectory());
        assertThat(FileTree.list(layout.stateDirectory())).containsExactly(aside);
        assertThat(FileTree.list(wal))
                .containsExactly(wal.resolve("notes"), wal.resolve("pgsql_tmp_replaced-x"));
        assertThat(FileTree.list(tablespace))
                .containsExactly(
                        tablespace.resolve("PG_16_202307071"),
                        tablespace.resolve("pgsql_tmp_replaced-x"));
        assertThat(tablespace.resolve("PG_16_202307071/1")).hasContent("mine");
    }

    /// A group that may read the WAL keeps its right; and only the owner could change it.
    @Test
    void the_place_of_the_wal_keeps_its_mode() throws IOException {
        for (String mode : List.of("rwxr-x---", "rwxrwx---")) {
            Files.setPosixFilePermissions(wal, PosixFilePermissions.fromString(mode));
            relocator.toStaging();
            relocator.externalToStaging();
            relocator.putBack();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wal)))
                    .isEqualTo(mode);
        }
    }

    /// Somebody may have removed the one and not the other.
    @Test
    void what_was_set_aside_before_is_never_mixed_with_what_comes_after_it() throws IOException {
        Path before = Files.createDirectory(tablespace.resolve("pgsql_tmp_replaced-x"));
        Files.createDirectory(before.resolve(VERSION_DIRECTORY));
        relocator.aside("x");
        assertThat(layout.replaced("x-2").resolve("pg_wal")).isSymbolicLink();
        assertThat(FileTree.list(before)).containsExactly(before.resolve(VERSION_DIRECTORY));
        assertThat(before.resolve(VERSION_DIRECTORY)).isEmptyDirectory();
    }

    @Test
    void the_place_of_a_start_that_was_killed_before_its_journal_named_it_is_used()
            throws IOException {
        Files.createDirectory(layout.replaced("x"));
        relocator.aside("x");
        assertThat(layout.replaced("x").resolve("global")).isDirectory();
        assertThat(layout.replaced("x-2")).doesNotExist();
    }

    @Test
    void what_was_withdrawn_is_put_back_as_it_was() throws IOException {
        Map<String, String> before = everything();
        relocator.toStaging();
        relocator.externalToStaging();
        assertThat(wal.resolve(SEGMENT)).doesNotExist();
        assertThat(layout.staging().dataDirectory().resolve("pg_wal/" + SEGMENT)).exists();
        relocator.putBack();
        assertThat(everything()).isEqualTo(before);
    }

    /// Each state that a kill can leave: so many of the moves were done.
    @Test
    void a_withdrawal_that_was_killed_anywhere_is_taken_back() throws IOException {
        Map<String, String> before = everything();
        relocator.toStaging();
        relocator.externalToStaging();
        String journal = Files.readString(layout.journal());
        relocator.putBack();
        List<External> parts = Journal.parse(journal).relocation().external();
        Path staging = layout.staging().dataDirectory();
        for (int done = 0; done <= 6; done++) {
            relocator.toStaging();
            Files.writeString(layout.journal(), journal);
            if (done > 0) {
                Files.createDirectory(parts.get(0).beside());
            }
            if (done > 1) {
                Files.move(wal.resolve(SEGMENT), parts.get(0).beside().resolve(SEGMENT));
            }
            if (done > 2) {
                Files.createSymbolicLink(
                        layout.stateDirectory().resolve("pgsql_tmp_link"), parts.get(0).beside());
            }
            if (done > 3) {
                Files.move(
                        wal.resolve("archive_status"),
                        parts.get(0).beside().resolve("archive_status"));
                Files.delete(staging.resolve("pg_wal"));
                Files.move(
                        layout.stateDirectory().resolve("pgsql_tmp_link"),
                        staging.resolve("pg_wal"));
            }
            if (done > 4) {
                Files.createDirectory(parts.get(1).beside());
                Files.move(
                        tablespace.resolve(VERSION_DIRECTORY),
                        parts.get(1).beside().resolve(VERSION_DIRECTORY));
            }
            // The start that takes it back is killed, too.
            if (done > 5) {
                Files.move(
                        staging.resolve("PG_VERSION"),
                        layout.dataDirectory().resolve("PG_VERSION"));
            }
            relocator.putBack();
            assertThat(everything()).as("after %d moves", done).isEqualTo(before);
        }
    }

    /// Killed while it recovered, before its parts were taken out.
    @Test
    void what_recovery_has_made_is_put_back_with_the_rest() throws IOException {
        relocator.toStaging();
        Path staging = layout.staging().dataDirectory();
        Files.writeString(staging.resolve("postmaster.pid"), "4711");
        Path stranger = Files.writeString(layout.dataDirectory().resolve("postmaster.pid"), "1");
        assertThatThrownBy(relocator::putBack)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(stranger.toString());
        assertThat(stranger).hasContent("1");
        Files.delete(stranger);
        relocator.putBack();
        assertThat(stranger).hasContent("4711");
        assertThat(layout.dataDirectory().resolve("global/pg_control")).exists();
        assertThat(staging).doesNotExist();
        assertThat(layout.journal()).doesNotExist();
    }

    @Test
    void what_is_left_of_a_rewind_is_kept_under_one_name_in_each_place() throws IOException {
        relocator.toStaging();
        relocator.externalToStaging();
        Journal withdrawn = Journal.parse(Files.readString(layout.journal()));
        Files.writeString(layout.journal(), withdrawn.on(Journal.OnRestart.REFUSE).text());
        Path beside = withdrawn.relocation().external().getLast().beside();
        // Of an earlier one, of which the rest was removed.
        Files.createDirectory(wal.resolve("pgsql_tmp_replaced-half-rewound"));
        new InterruptedRelocation(layout).keep("half-rewound");
        Path aside = layout.replaced("half-rewound-2");
        assertThat(aside.resolve("pg_wal/" + SEGMENT)).hasContent("wal");
        assertThat(aside.resolve("pg_tblspc/16384/" + VERSION_DIRECTORY + "/1")).hasContent("row");
        assertThat(beside).doesNotExist();
        assertThat(layout.journal()).doesNotExist();
    }

    @Test
    void a_move_of_what_is_left_of_a_rewind_that_was_killed_goes_on_under_the_same_name()
            throws IOException {
        relocator.toStaging();
        relocator.externalToStaging();
        Journal withdrawn = Journal.parse(Files.readString(layout.journal()));
        Files.writeString(layout.journal(), withdrawn.on(Journal.OnRestart.REFUSE).text());
        Path beside = withdrawn.relocation().external().getLast().beside();
        Files.move(beside, tablespace.resolve("pgsql_tmp_replaced-half-rewound"));
        new InterruptedRelocation(layout).keep("half-rewound");
        Path aside = layout.replaced("half-rewound");
        assertThat(aside.resolve("pg_wal/" + SEGMENT)).hasContent("wal");
        assertThat(aside.resolve("pg_tblspc/16384/" + VERSION_DIRECTORY + "/1")).hasContent("row");
        assertThat(wal.resolve("pgsql_tmp_replaced-half-rewound")).isDirectory();
        assertThat(layout.journal()).doesNotExist();
    }

    /// Or the next start would find an empty volume.
    @Test
    void what_was_moved_out_and_deleted_is_missed() throws IOException {
        relocator.toStaging();
        FileTree.delete(layout.staging().dataDirectory());
        assertThatThrownBy(relocator::putBack)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("global is gone");
        assertThat(layout.journal()).exists();
    }

    /// As if all had moved back already.
    @Test
    void nothing_is_put_back_where_the_volume_of_a_part_is_not_mounted() throws IOException {
        Map<String, String> before = everything();
        relocator.toStaging();
        relocator.externalToStaging();
        Path away = Files.move(wal, directory.resolve("away"));
        assertThatThrownBy(relocator::putBack)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(wal.toString());
        Files.createDirectory(wal);
        assertThatThrownBy(relocator::putBack).isInstanceOf(Refusal.class);
        assertThat(layout.dataDirectory().resolve("PG_VERSION")).doesNotExist();
        Files.delete(wal);
        Files.move(away, wal);
        relocator.putBack();
        assertThat(everything()).isEqualTo(before);
    }

    /// Of a WAL volume that was lost and replaced there is nothing to wait for.
    @Test
    void a_part_that_was_empty_already_is_no_reason_to_refuse() throws IOException {
        for (String each : List.of(SEGMENT, "archive_status")) {
            Files.delete(wal.resolve(each));
        }
        Map<String, String> before = everything();
        relocator.toStaging();
        relocator.externalToStaging();
        Files.delete(
                Journal.parse(Files.readString(layout.journal()))
                        .relocation()
                        .external()
                        .getFirst()
                        .beside());
        relocator.putBack();
        assertThat(everything()).isEqualTo(before);
    }

    /// Dated dumps look a little like WAL.
    @Test
    void only_what_postgresql_names_so_is_taken_for_wal() throws IOException {
        for (String each : List.of("20240101", "20240101.sql.gz", "DEADBEEF.d", "backup_label")) {
            Files.writeString(wal.resolve(each), "mine");
        }
        for (String each : List.of("00000002.history", SEGMENT + ".partial", "xlogtemp.4711")) {
            Files.writeString(wal.resolve(each), "wal");
        }
        relocator.aside("x");
        assertThat(FileTree.list(wal.resolve("pgsql_tmp_replaced-x"))).hasSize(5);
        assertThat(FileTree.list(wal)).hasSize(6);
    }

    @Test
    void a_name_that_is_taken_by_then_is_named_and_the_cluster_is_put_back() throws IOException {
        Map<String, String> before = everything();
        relocator.toStaging();
        relocator.externalToStaging();
        Path stranger = Files.createDirectory(tablespace.resolve(VERSION_DIRECTORY));
        assertThatThrownBy(relocator::putBack)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(stranger.toString());
        Files.delete(stranger);
        relocator.putBack();
        assertThat(everything()).isEqualTo(before);
    }

    /// A configuration that was put there while it was away.
    @Test
    void what_came_into_the_data_directory_meanwhile_is_named_and_not_overwritten()
            throws IOException {
        Map<String, String> before = everything();
        relocator.toStaging();
        Path stranger = Files.writeString(layout.dataDirectory().resolve("PG_VERSION"), "mine");
        assertThatThrownBy(relocator::putBack)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(stranger.toString());
        assertThat(stranger).hasContent("mine");
        Files.delete(stranger);
        relocator.putBack();
        assertThat(everything()).isEqualTo(before);
    }

    /// Latin-1, say: what the journal holds of it would not be found again.
    @Test
    void a_file_whose_name_cannot_be_written_down_is_named_before_anything_moves()
            throws IOException, InterruptedException {
        Process made =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "printf x >\"$0/$(printf 'na\\351ve')\"",
                                layout.dataDirectory().toString())
                        .start();
        assertThat(made.waitFor()).isZero();
        assertThatThrownBy(() -> relocator.aside("x"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot be written down");
        assertThat(layout.journal()).doesNotExist();
        assertThat(layout.dataDirectory().resolve("global/pg_control")).exists();
    }
}
