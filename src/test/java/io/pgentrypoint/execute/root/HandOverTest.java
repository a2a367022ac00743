package io.pgentrypoint.execute.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What root hands over before it steps down.
class HandOverTest {

    private static final int PRIVATE = 0700;
    // Nobody of this machine: what counts is the number.
    private static final ServerUser USER = new ServerUser("someone", 54321, 54322, "54321:54322");

    @TempDir private Path directory;
    private Path data;

    @BeforeEach
    void requireRoot() {
        data = directory.resolve("data");
        if (!Identity.current().isRoot()) {
            String message = "NOT TESTED: only root can give files away";
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
    }

    private static String owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                + ":"
                + Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode") & 07777;
    }

    @Test
    void a_missing_directory_is_made_for_that_user() throws IOException {
        RootStart.settle(data, PRIVATE, USER);
        assertThat(owner(data)).isEqualTo("54321:54322");
        assertThat(mode(data)).isEqualTo(PRIVATE);
    }

    @Test
    void a_directory_of_another_user_is_given_with_all_it_holds() throws IOException {
        Path below = Files.createDirectories(data.resolve("base/1"));
        Path file = Files.writeString(below.resolve("2604"), "");
        Files.setAttribute(file, "unix:mode", 0640);
        RootStart.settle(data, PRIVATE, USER);
        assertThat(owner(data)).isEqualTo("54321:54322");
        assertThat(owner(below)).isEqualTo("54321:54322");
        assertThat(owner(file)).isEqualTo("54321:54322");
        assertThat(mode(file)).isEqualTo(0640);
        assertThat(mode(data)).isEqualTo(PRIVATE);
    }

    @Test
    void a_link_is_given_and_never_followed() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "");
        Path link = Files.createDirectory(data).resolve("link");
        Files.createSymbolicLink(link, precious);
        RootStart.settle(data, PRIVATE, USER);
        assertThat(owner(link)).isEqualTo("54321:54322");
        assertThat(owner(precious)).isEqualTo("0:0");
    }

    @Test
    void a_directory_of_that_user_is_left_as_it_is() throws IOException {
        RootStart.settle(data, PRIVATE, USER);
        Path file = Files.writeString(data.resolve("file"), "");
        Files.setAttribute(file, "unix:uid", 12345);
        Files.setAttribute(data, "unix:mode", 0750);
        RootStart.settle(data, PRIVATE, USER);
        assertThat(mode(data)).isEqualTo(0750);
        assertThat(owner(file)).isEqualTo("12345:0");
    }

    @Test
    void a_wal_directory_of_wal_and_of_ours_is_given_and_one_with_anything_else_is_not()
            throws IOException {
        for (String name :
                new String[] {
                    "lost+found",
                    ".nfs000000000000001",
                    "000000010000000000000001",
                    "00000002.history",
                    "archive_status",
                    "pgsql_tmp_entrypoint-0123456789abcdef",
                    "pgsql_tmp_replaced-2026-11-23"
                }) {
            Files.createDirectories(data.resolve(name));
        }
        Path other = Files.writeString(data.resolve("000000010000000000000001x"), "");
        Path cluster = data.resolveSibling("cluster");
        Path journal = Files.createDirectories(new Layout(cluster).journal());
        assertThatThrownBy(() -> RootStart.wal(data, cluster, USER))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(other.toString());
        Files.delete(journal);
        Files.createDirectories(cluster.resolve("global/pg_control"));
        Files.createSymbolicLink(cluster.resolve("pg_wal"), data);
        RootStart.wal(data, cluster, USER);
        assertThat(owner(data)).isEqualTo("0:0");
        assertThat(owner(data.resolve("archive_status"))).isEqualTo("0:0");
        Files.delete(other);
        RootStart.wal(data, cluster, USER);
        assertThat(owner(data)).isEqualTo("54321:54322");
        assertThat(owner(data.resolve("archive_status"))).isEqualTo("54321:54322");
    }

    /// Its server may run, and would stop at the next segment.
    @Test
    void the_wal_of_another_cluster_is_not_given() throws IOException {
        Path segment = Files.createDirectories(data.resolve("000000010000000000000001"));
        Path cluster = data.resolveSibling("cluster");
        assertThatThrownBy(() -> RootStart.wal(data, cluster, USER))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(segment.toString());
        Files.createDirectories(cluster.resolve("global/pg_control"));
        Files.createDirectories(cluster.resolve("pg_wal"));
        RootStart.wal(data, cluster, USER);
        assertThat(owner(data)).isEqualTo("0:0");
        assertThat(owner(segment)).isEqualTo("0:0");
    }

    /// While it is built, withdrawn or rewound no link in the data directory leads to it.
    @Test
    void the_wal_of_a_cluster_that_is_put_together_is_given() throws IOException {
        Files.createDirectories(data.resolve("000000010000000000000001"));
        Layout cluster = new Layout(data.resolveSibling("cluster"));
        Files.createDirectories(cluster.journal());
        RootStart.wal(data, cluster.dataDirectory(), USER);
        assertThat(owner(data)).isEqualTo("54321:54322");
    }

    /// The top directory stands for all below it, so it must not be right before they are.
    @Test
    void a_handing_over_that_was_killed_is_done_again() throws IOException {
        Path done = Files.createDirectories(data.resolve("a"));
        Path left = Files.createDirectories(data.resolve("b"));
        Files.setAttribute(done, "unix:uid", USER.uid());
        RootStart.settle(data, PRIVATE, USER);
        assertThat(owner(left)).isEqualTo("54321:54322");
    }

    @Test
    void what_cannot_be_handed_over_is_refused_with_owner_and_advice() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> RootStart.settle(file.resolve("data"), PRIVATE, USER));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE.code());
        assertThat(refusal.reason()).startsWith("cannot hand ").contains("to user someone");
        assertThat(refusal.remedy()).contains("54321:54322");
    }
}
