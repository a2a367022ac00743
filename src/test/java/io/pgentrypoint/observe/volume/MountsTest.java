package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {

    private static final String CONTAINER =
            """
            636 545 0:60 / / rw,relatime master:150 - overlay overlay rw,lowerdir=/l,upperdir=/u
            637 636 0:63 / /proc rw,nosuid - proc proc rw
            641 636 0:64 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k
            650 636 254:1 /docker/volumes/v/_data /var/lib/postgresql/data rw - ext4 /dev/vda1 rw
            651 636 254:1 /docker/containers/%s/hostname /etc/hostname rw - ext4 /dev/vda1 rw
            652 636 0:70 / /my\\040data rw shared:1 master:2 - nfs4 nas:/exports/a\\040b rw
            653 636 0:71 / /var/lib/postgresql/data rw - tmpfs tmpfs rw
            garbage
            """
                    .formatted("ab12".repeat(16));

    private static final Mounts MOUNTS = Mounts.parse(CONTAINER);

    @Test
    void a_path_is_on_the_nearest_mount_above_it() {
        assertThat(MOUNTS.of(Path.of("/srv/x")).orElseThrow().type()).isEqualTo("overlay");
        assertThat(MOUNTS.of(Path.of("/my data/17")).orElseThrow())
                .isEqualTo(
                        new Mounts.Mount(
                                Path.of("/my data"), "/", "nfs4", "nas:/exports/a b", false));
        assertThat(MOUNTS.of(Path.of("/my database")).orElseThrow().type()).isEqualTo("overlay");
    }

    @Test
    void a_mount_that_cannot_be_written_says_so() {
        Mounts mounts =
                Mounts.parse(
                        """
                        22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                        41 22 254:1 /hba /data/pg_hba.conf ro,relatime - ext4 /dev/vdb rw,errors=ro
                        42 22 254:1 /x /data/rw rw,noatime - ext4 /dev/vdb rw,errors=remount-ro
                        """);
        assertThat(mounts.of(Path.of("/data/pg_hba.conf")).orElseThrow().readOnly()).isTrue();
        assertThat(mounts.of(Path.of("/data/rw/ro")).orElseThrow().readOnly()).isFalse();
        assertThat(mounts.of(Path.of("/data")).orElseThrow().readOnly()).isFalse();
    }

    @Test
    void the_later_of_two_mounts_hides_the_earlier() {
        assertThat(MOUNTS.of(Path.of("/var/lib/postgresql/data/base")).orElseThrow().type())
                .isEqualTo("tmpfs");
    }

    @Test
    void only_what_is_mounted_below_a_directory_counts_a_single_file_too() {
        Mounts mounts =
                Mounts.parse(
                        """
                        22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                        40 22 254:1 / /var/lib/data rw - ext4 /dev/vdb rw
                        41 40 254:1 /x /var/lib/data/pg_hba.conf rw - ext4 /dev/vdb rw
                        42 22 254:1 / /var/lib/data2 rw - ext4 /dev/vdb rw
                        43 40 254:1 / /var/lib/data/a\\040b\\134c rw shared:1 - ext4 /dev/vdb rw
                        """);
        assertThat(mounts.below(Path.of("/var/lib/data")))
                .containsExactly(
                        Path.of("/var/lib/data/pg_hba.conf"), Path.of("/var/lib/data/a b\\c"));
        assertThat(mounts.below(Path.of("/var/lib/data2"))).isEmpty();
    }

    /// In the locale C any name beyond ASCII is none; here only NUL is not.
    @Test
    void a_mount_whose_name_is_no_path_in_this_locale_is_passed_over() {
        assertThat(Mounts.parse("22 1 254:0 / /a\\000b rw - ext4 /dev/vda rw\n").all()).isEmpty();
    }

    @Test
    void a_container_is_known_by_the_files_that_its_engine_mounts() {
        assertThat(LockOwnerReader.container(CONTAINER)).isEqualTo("ab12".repeat(16));
        assertThat(LockOwnerReader.container("36 35 98:0 / / rw - ext4 /dev/root rw\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "overlay, is not on a volume but in the container's own file system (overlay)",
        "tmpfs, is in memory (tmpfs)",
        "nfs4, is on a network file system (nfs4)",
        "fuse.s3fs, is on a network file system (fuse.s3fs)",
        "9p, is in a directory of the host",
        "virtiofs, is in a directory of the host"
    })
    void doubtful_file_systems_are_named(String type, String words) {
        assertThat(warnings(Map.of(), mounted("/tmp", type), false, 1L << 30))
                .singleElement()
                .asString()
                .contains(words.replaceAll("\\)$", ""));
    }

    @ParameterizedTest
    @CsvSource({"ext4", "xfs", "btrfs", "zfs"})
    void a_volume_of_a_local_file_system_is_beyond_doubt(String type) {
        assertThat(warnings(Map.of(), mounted("/tmp", type), true, 1L << 30)).isEmpty();
    }

    @Test
    void the_root_of_a_container_is_no_volume_whatever_its_type() {
        assertThat(warnings(Map.of(), mounted("/", "btrfs"), true, 1L << 30))
                .singleElement()
                .asString()
                .contains("not on a volume");
        assertThat(warnings(Map.of(), mounted("/", "btrfs"), false, 1L << 30)).isEmpty();
    }

    @Test
    void shared_memory_that_a_parallel_query_can_ask_for_and_not_get_is_said() {
        Mounts mounts = mounted("/tmp", "ext4");
        long docker = 64L << 20;
        Map<String, String> large = Map.of("POSTGRES_CONF_work_mem", "64MB");
        assertThat(warnings(large, mounts, true, docker))
                .singleElement()
                .asString()
                .contains("/dev/shm has 64.0 MB: one parallel query may need 384.0 MB")
                .contains("--shm-size");
        assertThat(warnings(large, mounts, true, 1L << 30)).isEmpty();
        assertThat(warnings(large, mounts, true, 0)).isEmpty();
        assertThat(warnings(Map.of(), mounts, true, docker)).isEmpty();
        assertThat(warnings(Map.of(), mounts, true, 1L << 20)).hasSize(1);
        Map.of(
                        "POSTGRES_CONF_dynamic_shared_memory_type", "mmap",
                        "POSTGRES_CONF_max_parallel_workers_per_gather", "0",
                        "POSTGRES_CONF_max_parallel_workers", "0")
                .forEach((name, value) ->
                        assertThat(
                                        warnings(
                                                Map.of(
                                                        "POSTGRES_CONF_work_mem",
                                                        "65536",
                                                        name,
                                                        value),
                                                mounts,
                                                true,
                                                docker))
                                .as(name)
                                .isEmpty());
    }

    @Test
    void a_volume_at_the_place_of_17_is_missed_by_18() {
        Mounts mounts = mounted("/var/lib/postgresql/data", "ext4");
        Map<String, String> newer = Map.of("PGDATA", "/var/lib/postgresql/18/docker");
        assertThat(warnings(newer, mounts, false, 1L << 30))
                .singleElement()
                .asString()
                .contains("a volume is mounted at /var/lib/postgresql/data")
                .contains("which is not on it");
        Map<String, String> older = Map.of("PGDATA", "/var/lib/postgresql/data");
        assertThat(warnings(older, mounts, false, 1L << 30)).isEmpty();
    }

    private static Mounts mounted(String point, String type) {
        return Mounts.parse(
                "1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / %s rw - %s source rw\n"
                        .formatted(point, type));
    }

    private static java.util.List<String> warnings(
            Map<String, String> more, Mounts mounts, boolean inContainer, long memory) {
        Map<String, String> environment = Environments.standalone("PGDATA", "/tmp");
        environment.putAll(more);
        Settings settings = Environments.parse(environment);
        return VolumeWarnings.of(settings, ClusterPaths.of(settings), mounts, inContainer, memory);
    }
}
