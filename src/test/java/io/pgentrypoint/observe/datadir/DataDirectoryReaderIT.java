package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.observe.datadir.DataDirectory.Role;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.postgres.Refusals;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every verdict, on what initdb and a server really leave behind.
class DataDirectoryReaderIT {

    private static RealCluster template;
    private static Installation installation;

    @TempDir private Path volume;
    private Optional<RealCluster> copy = Optional.empty();

    @BeforeAll
    static void initialize() {
        template = RealCluster.create();
        Path programs = RealCluster.programs();
        installation = new Installation(programs, Integer.parseInt(programs.getName(3).toString()));
    }

    @AfterAll
    static void remove() {
        template.close();
    }

    @AfterEach
    void removeCopy() {
        copy.ifPresent(RealCluster::close);
    }

    private RealCluster copied() {
        RealCluster made = template.copy();
        copy = Optional.of(made);
        return made;
    }

    private static DataDirectory read(Path directory) {
        Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "de_DE.utf8");
        return new DataDirectoryReader(
                        new ControlDataReader(
                                installation, environment, new Programs(new StopRequest())),
                        installation.major())
                .read(new Layout(directory));
    }

    private static void assertDamaged(DataDirectory verdict, String why) {
        assertThat(verdict)
                .asInstanceOf(InstanceOfAssertFactories.type(DataDirectory.Damaged.class))
                .extracting(DataDirectory.Damaged::why)
                .asString()
                .contains(why);
    }

    private static void assertCluster(DataDirectory verdict, Role role, String state) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        DataDirectory.Cluster.class,
                        cluster -> {
                            assertThat(cluster.role()).isEqualTo(role);
                            assertThat(cluster.control().state()).isEqualTo(state);
                        });
    }

    @Test
    void nothing_there_is_missing() {
        assertThat(read(volume.resolve("data"))).isEqualTo(new DataDirectory.Missing());
    }

    @Test
    void a_directory_without_entries_is_empty() {
        assertThat(read(volume)).isEqualTo(new DataDirectory.Empty());
    }

    @Test
    void what_a_file_system_makes_by_itself_does_not_count() throws IOException {
        for (String name :
                List.of("lost+found", ".snapshot", ".zfs", ".DS_Store", ".nfs000000000012ab")) {
            Files.createDirectory(volume.resolve(name));
        }
        assertThat(read(volume)).isEqualTo(new DataDirectory.Empty());
    }

    @Test
    void our_own_directory_without_a_journal_does_not_count() throws IOException {
        Files.createDirectory(new Layout(volume).stateDirectory());
        assertThat(read(volume)).isEqualTo(new DataDirectory.Empty());
    }

    @Test
    void a_symbolic_link_to_a_directory_is_as_good() throws IOException {
        Path link = volume.resolve("link");
        Files.createSymbolicLink(link, Files.createDirectory(volume.resolve("target")));
        assertThat(read(link)).isEqualTo(new DataDirectory.Empty());
        Files.delete(volume.resolve("target"));
        assertDamaged(read(link), "a symbolic link to nothing");
    }

    @Test
    void a_file_in_its_place_is_said() throws IOException {
        assertDamaged(read(Files.createFile(volume.resolve("data"))), "a file, not a directory");
    }

    @Test
    void a_journal_comes_before_all_that_it_explains() throws IOException {
        RealCluster cluster = copied();
        Layout layout = new Layout(cluster.data());
        Files.delete(cluster.data().resolve("global/pg_control"));
        Files.createDirectory(layout.stateDirectory());
        Journal journal =
                new Journal(
                        Journal.OnRestart.ROLL_FORWARD,
                        Relocation.firstBoot(List.of()).moving(List.of("base", "global")));
        Files.writeString(layout.journal(), journal.text());
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.Interrupted(journal));
    }

    @Test
    void a_cluster_whose_scripts_did_not_all_run_is_ours_to_throw_away() throws IOException {
        RealCluster cluster = copied();
        Layout layout = new Layout(cluster.data());
        String identifier =
                read(cluster.data()) instanceof DataDirectory.Cluster found
                        ? found.control().systemIdentifier()
                        : "none";
        Journal journal = running(identifier);
        Files.createDirectory(layout.stateDirectory());
        Files.writeString(layout.journal(), journal.text());
        Path arguments = cluster.data().resolve("postmaster.opts");
        Files.deleteIfExists(arguments);
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.Interrupted(journal));
        Files.writeString(arguments, "postgres \"-c\" \"mark.of=this\"\n");
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.Interrupted(journal));
        Files.writeString(arguments, "postgres\n");
        assertDamaged(read(cluster.data()), "another server has run on it since");
        Files.delete(arguments);
        Files.writeString(layout.journal(), running("7000000000000000000").text());
        assertDamaged(read(cluster.data()), "it holds another cluster by now");
        // Cut off while it was thrown away, and a backup restored over it since.
        Journal other = running("7000000000000000000");
        Journal discarding =
                new Journal(other.onRestart(), other.relocation().moving(List.of("global")));
        Files.writeString(layout.journal(), discarding.text());
        assertDamaged(read(cluster.data()), "it holds another cluster by now");
        Files.writeString(layout.journal(), journal.text());
        Files.delete(cluster.data().resolve("global/pg_control"));
        assertDamaged(read(cluster.data()), "global/pg_control is gone");
        Files.writeString(layout.journal(), discarding.text());
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.Interrupted(discarding));
    }

    private static Journal running(String identifier) {
        return new Journal(
                Journal.OnRestart.DISCARD,
                Relocation.firstBoot(List.of())
                        .proven(new Relocation.Proof(identifier, "mark.of=this")));
    }

    @Test
    void a_journal_that_cannot_be_used_is_damage() throws IOException {
        Layout layout = new Layout(volume);
        Files.createDirectory(layout.stateDirectory());
        Files.writeString(layout.journal(), "phase=buil");
        assertDamaged(read(volume), layout.journal() + ", cannot be used: it is cut off");
    }

    @Test
    void an_initdb_that_was_killed_is_damage() throws IOException {
        RealCluster cluster = copied();
        Files.delete(cluster.data().resolve("global/pg_control"));
        assertDamaged(read(cluster.data()), "was never finished");
    }

    @Test
    void files_of_someone_else_are_foreign() throws IOException {
        Files.createFile(volume.resolve("notes.txt"));
        Files.createDirectory(volume.resolve("backup"));
        Files.createDirectory(volume.resolve("lost+found"));
        assertThat(read(volume))
                .isEqualTo(new DataDirectory.Foreign(List.of("backup", "notes.txt")));
    }

    @Test
    void another_major_version_is_named() throws IOException {
        RealCluster cluster = copied();
        Files.writeString(cluster.data().resolve("PG_VERSION"), "12\n");
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.OtherMajor(12));
        Files.writeString(cluster.data().resolve("PG_VERSION"), "9.6\n");
        assertThat(read(cluster.data())).isEqualTo(new DataDirectory.OtherMajor(9));
    }

    @Test
    void a_version_that_is_none_is_damage() throws IOException {
        RealCluster cluster = copied();
        Files.writeString(cluster.data().resolve("PG_VERSION"), "");
        assertDamaged(read(cluster.data()), "PG_VERSION holds no version");
        Files.delete(cluster.data().resolve("PG_VERSION"));
        assertDamaged(read(cluster.data()), "no PG_VERSION");
    }

    @Test
    void a_control_file_that_is_cut_off_is_damage() throws IOException {
        RealCluster cluster = copied();
        try (RandomAccessFile control = control(cluster)) {
            control.setLength(100);
        }
        assertDamaged(read(cluster.data()), "read 100 of");
    }

    @Test
    void a_control_file_with_a_wrong_checksum_is_damage_though_its_reader_exits_with_zero()
            throws IOException {
        RealCluster cluster = copied();
        try (RandomAccessFile control = control(cluster)) {
            control.seek(40);
            control.write(0x55);
        }
        assertDamaged(read(cluster.data()), "checksum does not match");
    }

    private static RandomAccessFile control(RealCluster cluster) throws IOException {
        return new RandomAccessFile(cluster.data().resolve("global/pg_control").toFile(), "rw");
    }

    @Test
    void what_initdb_makes_is_a_primary() {
        DataDirectory verdict = read(template.data());
        assertCluster(verdict, Role.PRIMARY, "shut down");
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        DataDirectory.Cluster.class,
                        cluster -> {
                            assertThat(cluster.files()).isEqualTo(ManagedFiles.none());
                            assertThat(cluster.control().timeline()).isEqualTo(1);
                            assertThat(cluster.control().standbySettings())
                                    .containsEntry("max_connections", 100)
                                    .hasSize(5);
                        });
    }

    @Test
    void a_standby_is_known_by_its_signal_and_found_out_without_it() throws IOException {
        RealCluster cluster = copied();
        cluster.append("standby.signal", "");
        assertCluster(read(cluster.data()), Role.STANDBY, "shut down");
        cluster.start();
        assertCluster(read(cluster.data()), Role.STANDBY, "in archive recovery");
        cluster.stop();
        assertCluster(read(cluster.data()), Role.STANDBY, "shut down in recovery");
        Files.delete(cluster.data().resolve("standby.signal"));
        assertCluster(read(cluster.data()), Role.STANDBY_WITHOUT_SIGNAL, "shut down in recovery");
        cluster.append("recovery.signal", "");
        assertCluster(read(cluster.data()), Role.PRIMARY, "shut down in recovery");
    }

    @Test
    void a_base_backup_that_was_never_started_is_known_by_its_label() throws IOException {
        RealCluster cluster = copied();
        assertThat(read(cluster.data()))
                .isInstanceOfSatisfying(
                        DataDirectory.Cluster.class,
                        found -> assertThat(found.labelled()).isFalse());
        cluster.append("backup_label", "START WAL LOCATION: 0/2000028");
        assertThat(read(cluster.data()))
                .isInstanceOfSatisfying(
                        DataDirectory.Cluster.class,
                        found -> assertThat(found.labelled()).isTrue());
        // It ends on a timeline of its own.
        cluster.append("recovery.signal", "");
        assertThat(read(cluster.data()))
                .isInstanceOfSatisfying(
                        DataDirectory.Cluster.class,
                        found -> assertThat(found.labelled()).isFalse());
    }

    @Test
    void a_directory_that_is_not_ours_to_read_is_a_refusal_with_its_owner() throws IOException {
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("---------"));
        try {
            // Root may read everything, so it gets the kernel's answer from us.
            if (Files.isReadable(volume)) {
                assertRefusal(
                        Refusals.unreadable(volume, new AccessDeniedException(volume.toString())));
            } else {
                assertThatThrownBy(() -> read(volume))
                        .isInstanceOfSatisfying(
                                Refusal.class, DataDirectoryReaderIT::assertRefusal);
            }
        } finally {
            Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static void assertRefusal(Refusal refusal) {
        assertThat(refusal.exitCode()).isEqualTo(73);
        assertThat(refusal.reason())
                .startsWith("cannot read ")
                .contains("permission denied to uid ", "belongs to uid ", "mode 0000");
        assertThat(refusal.remedy()).contains("chown");
    }
}
