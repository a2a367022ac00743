package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Started as root on a volume that somebody else could write to before: what is not on it stays as
/// it was, and so does what root has put there.
class HostileVolumeIT {

    private static final int SOMEBODY = 54321;

    @BeforeEach
    void needsRoot() {
        ProcessNode.requireRoot();
    }

    /// All that could have been changed: owner, group, mode, and the bytes of a file.
    private static String state(Path path) throws IOException {
        Map<String, Object> seen =
                Files.readAttributes(path, "unix:uid,gid,mode,ctime", LinkOption.NOFOLLOW_LINKS);
        return seen + (Files.isRegularFile(path) ? Files.readString(path) : "");
    }

    private static Path rootsFile(ProcessNode node) throws IOException {
        return Files.writeString(node.home.resolve("shadow"), "root:*:1::::::\n");
    }

    private static Path rootsDirectory(ProcessNode node) throws IOException {
        Path directory = Files.createDirectory(node.home.resolve("roots"));
        Files.writeString(directory.resolve("lock"), "");
        return directory;
    }

    private static Path of(int uid, Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        return path;
    }

    private static int server() throws IOException {
        return (int) Files.getAttribute(Path.of("/var/lib/postgresql"), "unix:uid");
    }

    /// A state directory that was there first.
    private static Layout prepared(ProcessNode node, int owner) throws IOException {
        Layout layout = new Layout(node.data);
        Files.createDirectories(layout.stateDirectory());
        of(owner, layout.stateDirectory());
        of(owner, node.data);
        return layout;
    }

    /// A third user's volume is taken as root; one of the server's user after the step down.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_lock_that_is_a_link_is_refused_and_its_target_untouched(boolean servers)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            int owner = servers ? server() : SOMEBODY;
            Path target = rootsFile(node);
            Layout layout = prepared(node, owner);
            of(owner, Files.createSymbolicLink(layout.lock(), target));
            String before = state(target);
            refusedNaming(node, layout.lock());
            assertThat(state(target)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_heartbeat_that_is_a_link_is_refused_and_its_target_untouched(boolean servers)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            int owner = servers ? server() : SOMEBODY;
            Path target = rootsFile(node);
            Layout layout = prepared(node, owner);
            of(owner, Files.createSymbolicLink(layout.lockOwner(), target));
            String before = state(target);
            refusedNaming(node, layout.lockOwner());
            assertThat(state(target)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_state_directory_that_is_a_link_is_refused_and_its_target_untouched(boolean servers)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            int owner = servers ? server() : SOMEBODY;
            Path target = rootsDirectory(node);
            Path link = new Layout(node.data).stateDirectory();
            Files.createDirectory(node.data);
            of(owner, Files.createSymbolicLink(link, target));
            of(owner, node.data);
            String before = state(target) + state(target.resolve("lock"));
            refusedNaming(node, link);
            assertThat(state(target) + state(target.resolve("lock"))).isEqualTo(before);
        }
    }

    private static void refusedNaming(ProcessNode node, Path path) {
        Run.Ended refused = node.call("run");
        assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
        assertThat(refused.stderr()).contains("cannot lock " + node.data + ": " + path);
    }

    /// Whoever opens a pipe waits for its other end.
    @Test
    void a_pipe_in_the_place_of_a_file_of_ours_holds_nobody_up() throws IOException {
        for (int owner : new int[] {SOMEBODY, server()}) {
            for (String name : new String[] {"lock", "pgsql_tmp_holder"}) {
                try (ProcessNode node = ProcessNode.standalone()) {
                    Layout layout = prepared(node, owner);
                    Path pipe = layout.stateDirectory().resolve(name);
                    RealCluster.execute(List.of("mkfifo", pipe.toString()));
                    of(owner, pipe);
                    refusedNaming(node, pipe);
                }
            }
        }
    }

    @Test
    void a_lock_that_is_a_hard_link_of_roots_file_is_refused() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path target = rootsFile(node);
            Layout layout = prepared(node, SOMEBODY);
            Files.createLink(layout.lock(), target);
            String before = state(target);
            refusedNaming(node, layout.lock());
            Run.Ended plan = node.call("plan");
            assertThat(plan.code()).as(plan.stdout() + plan.stderr()).isEqualTo(65);
            assertThat(plan.stdout())
                    .startsWith("refused: cannot lock %s: %s".formatted(node.data, layout.lock()));
            assertThat(state(target)).isEqualTo(before);
        }
    }

    /// The name of our directory proves nothing: anybody can make one.
    @Test
    void a_state_directory_does_not_make_foreign_files_ours() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            prepared(node, server());
            Path letter = Files.writeString(node.data.resolve("letter.txt"), "dear");
            of(SOMEBODY, letter);
            of(SOMEBODY, node.data);
            Files.setAttribute(node.data, "unix:mode", 0777);
            String before = state(letter) + state(node.data);
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr()).contains("it holds letter.txt");
            assertThat(state(letter) + state(node.data)).isEqualTo(before);
        }
    }

    /// As little as a file that PostgreSQL would make, or a journal of ours.
    @ParameterizedTest
    @ValueSource(strings = {"PG_VERSION", "pgsql_tmp_entrypoint/journal"})
    void a_cluster_that_another_user_pretends_in_an_open_directory_is_not_given_away(String name)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            prepared(node, server());
            of(server(), Files.writeString(node.data.resolve(name), "17\n"));
            Path letter = Files.writeString(node.data.resolve("letter.txt"), "dear");
            of(SOMEBODY, letter);
            of(SOMEBODY, node.data);
            Files.setAttribute(node.data, "unix:mode", 0777);
            String before = state(letter) + state(node.data);
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(73);
            assertThat(refused.stderr()).contains("belongs to uid " + server());
            assertThat(state(letter) + state(node.data)).isEqualTo(before);
        }
    }

    @Test
    @DisplayName("PERM-5: a data directory behind another user's link is refused")
    void a_data_directory_behind_another_users_link_is_refused_and_its_target_untouched()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            for (int owner : new int[] {SOMEBODY, server()}) {
                Path target = Files.createDirectory(node.home.resolve("empty" + owner));
                Path link = node.home.resolve("link" + owner);
                of(owner, Files.createSymbolicLink(link, target));
                String before = state(target) + state(link);
                Run.Ended refused = node.with("PGDATA", link.toString()).call("init");
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(73);
                assertThat(refused.stderr())
                        .contains("cannot hand " + link + " over to user postgres")
                        .contains("symbolic link " + link + ", which belongs to uid " + owner);
                // Nor is anything made where such a link leads.
                Path below = link.resolve("below");
                assertThat(node.with("PGDATA", below.toString()).call("init").code()).isEqualTo(73);
                assertThat(state(target) + state(link)).isEqualTo(before);
                assertThat(target).isEmptyDirectory();
            }
        }
    }

    /// Root does nothing there.
    @Test
    void the_servers_user_may_link_to_a_data_directory_of_its_own() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path target = node.ownDirectory("pgdata");
            Path link = node.home.resolve("link");
            of(server(), Files.createSymbolicLink(link, target));
            Run.Ended made = node.with("PGDATA", link.toString()).call("init");
            assertThat(made.code()).as(made.stderr()).isZero();
            assertThat(target.resolve("PG_VERSION")).exists();
        }
    }

    /// As an image has it: the link stays root's.
    @Test
    void a_link_of_roots_to_an_empty_directory_of_roots_is_followed() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path target = Files.createDirectory(node.home.resolve("pgdata"));
            Path link = Files.createSymbolicLink(node.home.resolve("link"), target);
            String before = state(link);
            Run.Ended made = node.with("PGDATA", link.toString()).call("init");
            assertThat(made.code()).as(made.stderr()).isZero();
            assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(server());
            assertThat(state(link)).isEqualTo(before);
        }
    }

    @Test
    void a_hard_link_of_roots_file_is_not_given_away() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            assertThat(node.call("init").code()).as(node.said()).isZero();
            Path target = rootsFile(node);
            Path other = Files.createLink(node.data.resolve("base/1/9999"), target);
            of(SOMEBODY, node.data);
            String before = state(target);
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(73);
            assertThat(refused.stderr())
                    .contains("1 files in it have a second name")
                    .contains(other.toString());
            assertThat(state(target)).isEqualTo(before);

            // Below a top that is the server's: root's own files are given, and this one is not.
            of(server(), node.data);
            of(0, node.data.resolve("global/pg_filenode.map"));
            Run.Ended healed = node.call("init");
            assertThat(healed.code()).as(healed.stderr()).isZero();
            assertThat(healed.stderr()).contains("Not giving 1 files of root's");
            assertThat(state(target)).isEqualTo(before);
        }
    }

    @Test
    void no_child_has_what_root_opened_nor_gains_a_privilege() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Layout layout = prepared(node, SOMEBODY);
            of(SOMEBODY, Files.writeString(layout.lock(), ""));
            Run run = node.serve();
            long server = PostmasterFile.read(node.data).orElseThrow().pid();
            Path proc = Path.of("/proc", String.valueOf(server));
            assertThat(proc.resolve("fd/0").toRealPath()).isEqualTo(layout.lock());
            // The kernel gives the link in /proc to whoever the process is; the file was given too.
            assertThat(Files.getAttribute(layout.lock(), "unix:uid")).isEqualTo(server());
            assertThat(Files.readString(proc.resolve("status")))
                    .containsPattern("NoNewPrivs:\\s1\\b");
            assertThat(run.stop().code()).isZero();
        }
    }
}
