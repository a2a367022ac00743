package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgentrypoint.settings.Environments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real mounts, where these tests run as root and may mount.
class VolumeReaderTest {

    private static final String TMPFS = "tmpfs";

    @TempDir private Path home;
    private Path data;
    private Path wal;

    interface Looking {
        void look() throws IOException;
    }

    @BeforeEach
    void directories() throws IOException {
        home = home.toRealPath();
        data = Files.createDirectory(home.resolve("data"));
        wal = Files.createDirectory(home.resolve("wal"));
    }

    @Test
    void wal_in_another_directory_of_the_file_system_shares_it() throws IOException {
        assertThat(read().wal()).isEmpty();
        Files.createSymbolicLink(data.resolve("pg_wal"), wal);
        assertThat(read().wal()).isEmpty();
    }

    @Test
    void wal_in_a_volume_of_the_same_disk_shares_its_file_system() throws IOException {
        Path volumes = Files.createDirectory(home.resolve("volumes"));
        Path one = Files.createDirectory(volumes.resolve("one"));
        Path two = Files.createDirectory(volumes.resolve("two"));
        mounted(
                "--bind",
                one.toString(),
                data,
                () ->
                        mounted(
                                "--bind",
                                two.toString(),
                                wal,
                                () -> {
                                    assertThat(Mounts.read().of(wal))
                                            .isNotEqualTo(Mounts.read().of(data));
                                    assertThat(read().wal()).isEmpty();
                                }));
    }

    @Test
    void wal_in_a_file_system_of_its_own_is_measured_there() throws IOException {
        mounted(
                "-osize=64m",
                TMPFS,
                wal,
                () -> {
                    assertThat(read().wal().orElseThrow().total()).isEqualTo(64L << 20);
                    Files.createSymbolicLink(data.resolve("pg_wal"), wal);
                    assertThat(read().wal().orElseThrow().total()).isEqualTo(64L << 20);
                });
    }

    @Test
    void a_file_system_mounted_in_the_place_of_the_wal_is_its_own() throws IOException {
        Path inside = Files.createDirectory(data.resolve("pg_wal"));
        mounted(
                "-osize=64m",
                TMPFS,
                inside,
                () -> {
                    assertThat(read().wal().orElseThrow().directory()).isEqualTo(inside);
                    assertThat(read().data().orElseThrow().total()).isNotEqualTo(64L << 20);
                });
    }

    /// There is no such place yet: its parent says where it will be.
    @Test
    void wal_that_is_to_come_is_measured_at_its_parent() throws IOException {
        mounted(
                "-osize=64m",
                TMPFS,
                wal,
                () -> {
                    Volume volume =
                            VolumeReader.read(
                                    Environments.parse(
                                            Environments.standalone(
                                                    "PGDATA",
                                                    data.resolve("17").toString(),
                                                    "POSTGRES_INITDB_WALDIR",
                                                    wal.resolve("17/main").toString())));
                    assertThat(volume.wal().orElseThrow().total()).isEqualTo(64L << 20);
                });
    }

    private Volume read() {
        return VolumeReader.read(
                Environments.parse(
                        Environments.standalone(
                                "PGDATA",
                                data.toString(),
                                "POSTGRES_INITDB_WALDIR",
                                wal.toString())));
    }

    private static void mounted(String option, String source, Path place, Looking looking)
            throws IOException {
        String[] mount =
                source.equals(TMPFS)
                        ? new String[] {"mount", "-t", TMPFS, option, source, place.toString()}
                        : new String[] {"mount", option, source, place.toString()};
        assumeTrue(
                "root".equals(System.getProperty("user.name")) && run(mount) == 0,
                "not run: needs root that may mount");
        try {
            looking.look();
        } finally {
            assertThat(run("umount", place.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getInputStream().readAllBytes();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return process.exitValue();
    }
}
