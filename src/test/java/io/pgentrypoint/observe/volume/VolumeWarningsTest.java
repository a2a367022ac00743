package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory on a volume, and the rest of the cluster elsewhere.
class VolumeWarningsTest {

    @TempDir private Path home;
    private Path data;
    private Path wal;
    private Path space;

    @BeforeEach
    void directories() throws IOException {
        home = home.toRealPath();
        data = Files.createDirectory(home.resolve("data"));
        wal = Files.createDirectory(home.resolve("wal"));
        space = Files.createDirectory(home.resolve("space"));
    }

    @Test
    void the_wal_of_a_first_boot_is_judged_where_it_is_going_to_be() throws IOException {
        Files.delete(wal);
        assertThat(warnings(mounted(data, "ext4"), "POSTGRES_INITDB_WALDIR", wal + "/17/main"))
                .containsExactly(
                        "the WAL in "
                                + wal
                                + "/17/main is not on a volume but in the container's own file"
                                + " system (overlay): it goes when the container is removed; mount a"
                                + " volume there");
        String both = mounted(data, "ext4") + mounted(wal, "tmpfs");
        Files.createDirectory(wal);
        assertThat(warnings(both, "POSTGRES_INITDB_WALDIR", wal + "/17/main"))
                .containsExactly(
                        "the WAL in "
                                + wal
                                + "/17/main is in memory (tmpfs): it ends with the container");
    }

    @Test
    void the_wal_of_a_cluster_is_where_its_link_leads_whatever_the_environment_says()
            throws IOException {
        Files.createSymbolicLink(data.resolve("pg_wal"), wal);
        assertThat(warnings(mounted(data, "ext4"), "POSTGRES_INITDB_WALDIR", space.toString()))
                .singleElement()
                .asString()
                .startsWith("the WAL in " + wal + " is not on a volume");
        assertThat(warnings(mounted(data, "ext4") + mounted(wal, "xfs"))).isEmpty();
    }

    @Test
    void a_cluster_with_its_wal_inside_is_not_asked_for_that_of_the_environment()
            throws IOException {
        Files.createDirectory(data.resolve("pg_wal"));
        assertThat(warnings(mounted(data, "ext4"), "POSTGRES_INITDB_WALDIR", wal.toString()))
                .isEmpty();
    }

    @Test
    void a_mount_in_the_place_of_the_wal_is_judged_by_itself() throws IOException {
        Path inside = Files.createDirectory(data.resolve("pg_wal"));
        assertThat(warnings(mounted(data, "ext4") + mounted(inside, "tmpfs")))
                .containsExactly(
                        "the WAL in "
                                + inside
                                + " is in memory (tmpfs): it ends with the container");
    }

    @Test
    void each_tablespace_outside_is_named() throws IOException {
        Path links = Files.createDirectory(data.resolve("pg_tblspc"));
        Files.createSymbolicLink(links.resolve("16400"), space);
        Files.createSymbolicLink(links.resolve("16401"), home.resolve("gone/away"));
        Files.createSymbolicLink(links.resolve("16402"), Files.createDirectory(data.resolve("in")));
        assertThat(warnings(mounted(data, "ext4") + mounted(space, "nfs4")))
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith(
                                                "the tablespace in "
                                                        + space
                                                        + " is on a network file system (nfs4"),
                        second ->
                                assertThat(second)
                                        .startsWith(
                                                "the tablespace in "
                                                        + home.resolve("gone/away")
                                                        + " is not on a volume but in the"
                                                        + " container's own file system"));
        assertThat(warnings(mounted(home, "ext4"))).isEmpty();
    }

    @Test
    void a_cluster_that_is_wholly_in_the_container_has_each_place_named() throws IOException {
        Files.createSymbolicLink(data.resolve("pg_wal"), wal);
        assertThat(warnings(""))
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith(data + " is not on a volume")
                                        .contains("the data goes when the container is removed"),
                        second -> assertThat(second).startsWith("the WAL in " + wal));
    }

    @Test
    void tablespaces_that_a_clone_will_have_are_judged_before() {
        Mounts mounts = mounts(mounted(space, "ext4"));
        Settings settings = Environments.parse(Environments.standalone("PGDATA", data.toString()));
        assertThat(VolumeWarnings.ofTablespaces(settings, List.of(space.resolve("a"), wal), mounts))
                .singleElement()
                .asString()
                .startsWith("the tablespace in " + wal + " is not on a volume");
    }

    @Test
    void a_volume_without_a_name_that_hides_the_one_that_was_mounted_is_named() {
        String ours = mounted(home, "ext4");
        String hidden = "3 2 0:2 /docker/volumes/%s/_data %s rw - ext4 source rw\n";
        String anonymous = hidden.formatted("ab12".repeat(16), data);
        assertThat(warnings(ours + anonymous))
                .singleElement()
                .asString()
                .contains(
                        "declares at " + data + " and which hides what you have mounted at " + home)
                .contains("mount your volume at " + data);
        assertThat(warnings(ours + hidden.formatted("data", data))).as("a named one").isEmpty();
        assertThat(warnings(anonymous)).as("one that hides nothing").isEmpty();
    }

    private List<String> warnings(String mounted, String... environment) {
        var all = Environments.standalone("PGDATA", data.toString());
        all.putAll(Environments.standalone(environment));
        Settings settings = Environments.parse(all);
        return VolumeWarnings.of(
                settings, ClusterPaths.of(settings), mounts(mounted), true, 1L << 30);
    }

    private static Mounts mounts(String more) {
        return Mounts.parse("1 0 0:1 / / rw - overlay overlay rw\n" + more);
    }

    private static String mounted(Path point, String type) {
        return "2 1 0:2 / %s rw - %s source rw\n".formatted(point, type);
    }
}
