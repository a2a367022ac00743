package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("MSG-3: data of the layout before 18")
class LegacyLayoutTest {

    @TempDir private Path home;
    private Path mounts = Path.of("/");

    @BeforeEach
    void noMounts() throws IOException {
        mounts = Files.writeString(home.resolve("mountinfo"), "22 1 0:20 / / rw - overlay x rw\n");
    }

    private List<String> found(int major) {
        return LegacyLayout.read(home, mounts, home.resolve(major + "/docker"), major);
    }

    private void cluster(String directory) throws IOException {
        Files.writeString(
                Files.createDirectories(home.resolve(directory)).resolve("PG_VERSION"), "17\n");
    }

    @Test
    void nothing_is_found_beside_nothing() throws IOException {
        assertThat(found(18)).isEmpty();
        Files.createDirectories(home.resolve("data"));
        Files.createFile(home.resolve("data/PG_VERSION"));
        assertThat(found(18)).isEmpty();
    }

    @Test
    void clusters_of_each_earlier_place_are_found() throws IOException {
        cluster("data");
        cluster("17/docker");
        cluster("18/docker");
        assertThat(found(18)).containsExactly(home + "/data", home + "/17/docker");
    }

    @Test
    void an_empty_volume_at_the_old_place_would_stay_unused() throws IOException {
        Files.writeString(mounts, "30 22 8:1 /v " + home + "/data rw - ext4 /dev/sda1 rw\n");
        assertThat(found(18)).containsExactly(home + "/data (unused mount/volume)");
        assertThat(found(17)).isEmpty();
    }

    @Test
    void a_place_of_the_users_own_is_left_alone() throws IOException {
        cluster("data");
        assertThat(LegacyLayout.read(home, mounts, home.resolve("data/pg"), 18)).isEmpty();
    }

    @Test
    void a_cluster_that_a_rejoin_has_set_aside_is_found() throws IOException {
        Layout layout = new Layout(home.resolve("data"));
        assertThat(LegacyLayout.movedAside(layout)).isEmpty();
        Files.createDirectories(layout.replaced("empty"));
        cluster("data/" + home.resolve("data").relativize(layout.replaced("timeline-1")));
        assertThat(LegacyLayout.movedAside(layout))
                .containsExactly(layout.replaced("timeline-1").toString());
    }
}
