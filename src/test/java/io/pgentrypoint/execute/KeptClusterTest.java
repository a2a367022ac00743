package io.pgentrypoint.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.datadir.UpgradedReader;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptClusterTest {

    private static final Upgraded DONE =
            new Upgraded(15, 17, Layout.replacedName("postgresql-15"), false, false, true);
    private static final Duration WEEK = Duration.ofDays(7);

    private final StopRequest stop = new StopRequest();
    private final Layout layout;
    private final Path old;

    KeptClusterTest(@TempDir Path data) throws IOException {
        layout = new Layout(data);
        old = layout.stateDirectory().resolve(DONE.aside());
        Files.createDirectories(old.resolve("global"));
        Files.writeString(old.resolve("PG_VERSION"), "15\n");
        Files.writeString(old.resolve("global/pg_control"), "");
        note(DONE, Duration.ofDays(8));
    }

    private void note(Upgraded done, Duration age) throws IOException {
        Files.writeString(layout.upgraded(), done.text());
        Files.setLastModifiedTime(layout.upgraded(), FileTime.from(Instant.now().minus(age)));
    }

    private void remove(boolean wanted) {
        KeptCluster.removeOnceOld(
                new Live.RemoveOldCluster(layout, DONE, WEEK), () -> wanted, stop);
    }

    @Test
    void an_old_cluster_whose_time_has_come_is_deleted_and_nothing_else() throws IOException {
        Path other = layout.stateDirectory().resolve(Layout.replacedName("of-the-user"));
        Files.createDirectories(other);

        remove(true);

        assertThat(layout.stateDirectory().toFile().list())
                .containsExactly(String.valueOf(other.getFileName()));
    }

    @Test
    void an_old_cluster_stays_until_its_time_has_come() throws IOException {
        note(DONE, Duration.ofDays(6));
        stop.request(Signal.TERM);

        assertThatExceptionOfType(Stopped.class).isThrownBy(() -> remove(true));

        assertThat(old.resolve("PG_VERSION")).exists();
        assertThat(layout.upgraded()).exists();
    }

    @Test
    void an_old_cluster_stays_while_the_upgrade_is_not_done() throws IOException {
        note(new Upgraded(15, 17, DONE.aside(), false, true, true), Duration.ofDays(8));
        stop.request(Signal.TERM);

        assertThatExceptionOfType(Stopped.class).isThrownBy(() -> remove(true));

        assertThat(old.resolve("PG_VERSION")).exists();
    }

    @Test
    void an_old_cluster_that_was_put_back_is_not_touched() throws IOException {
        Files.delete(layout.upgraded());

        remove(true);

        assertThat(old.resolve("PG_VERSION")).exists();
    }

    @Test
    void nothing_is_deleted_for_a_plan_that_was_replaced() {
        remove(false);

        assertThat(old.resolve("PG_VERSION")).exists();
    }

    @Test
    void what_else_of_the_upgrade_is_to_be_done_is_not_forgotten_with_the_old_cluster()
            throws IOException {
        note(new Upgraded(15, 17, DONE.aside(), false, true, true), Duration.ZERO);

        KeptCluster.remove(layout, DONE.to());

        assertThat(old).doesNotExist();
        assertThat(UpgradedReader.read(layout, 17))
                .contains(new Upgraded(15, 17, DONE.aside(), false, true, false));
    }

    @Test
    void a_deletion_that_was_killed_is_ended_by_the_next_start() throws IOException {
        Files.move(old, layout.goingOldCluster());
        Files.delete(layout.goingOldCluster().resolve("PG_VERSION"));
        assertThat(UpgradedReader.read(layout, 17)).contains(DONE.withoutOldCluster());

        remove(true);

        assertThat(layout.stateDirectory()).isEmptyDirectory();
    }
}
