package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Started as root: whose files become the server's, and whose do not.
class HandOverIT {

    private static final int SOMEBODY = 54321;

    @BeforeEach
    void needsRoot() {
        ProcessNode.requireRoot();
    }

    /// Owner, group, mode and time of the last change of each, the directory itself among them.
    private static Map<Path, Map<String, Object>> state(Path directory) throws IOException {
        Map<Path, Map<String, Object>> state = new TreeMap<>();
        try (var found = Files.walk(directory)) {
            for (Path each : found.toList()) {
                state.put(
                        each,
                        Files.readAttributes(
                                each, "unix:uid,gid,mode,ctime", LinkOption.NOFOLLOW_LINKS));
            }
        }
        return state;
    }

    private static Path somebodys(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:uid", SOMEBODY);
        Files.setAttribute(path, "unix:mode", mode);
        return path;
    }

    private static Path letters(Path directory, int mode) throws IOException {
        Path below = Files.createDirectories(directory.resolve("letters"));
        somebodys(Files.writeString(below.resolve("letter.txt"), "dear"), 0640);
        somebodys(below, 0750);
        return somebodys(directory, mode);
    }

    /// Also one that only root can list.
    @ParameterizedTest
    @ValueSource(ints = {0700, 0755, 02775})
    void foreign_files_keep_owner_and_mode_and_are_named(int mode) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            letters(node.data, mode);
            Map<Path, Map<String, Object>> before = state(node.data);
            for (String command : new String[] {"init", "run"}) {
                Run.Ended refused = node.call(command);
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
                assertThat(refused.stderr())
                        .contains(
                                "cannot use "
                                        + node.data
                                        + ": it is not empty and not a PostgreSQL cluster; it holds"
                                        + " letters")
                        .contains("nothing was touched");
                assertThat(state(node.data)).isEqualTo(before);
            }
        }
    }

    /// The name alone makes no cluster.
    @Test
    void a_directory_of_the_name_global_is_somebody_elses_too() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Files.createDirectories(node.data.resolve("global"));
            somebodys(node.data, 0755);
            Map<Path, Map<String, Object>> before = state(node.data);
            assertThat(node.call("init").code()).isEqualTo(65);
            assertThat(state(node.data)).isEqualTo(before);
        }
    }

    @Test
    void a_wal_directory_with_other_files_is_left_to_its_owner() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path wal = letters(node.home.resolve("wal"), 0755);
            Map<Path, Map<String, Object>> before = state(wal);
            Run.Ended refused = node.with("POSTGRES_INITDB_WALDIR", wal.toString()).call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr())
                    .contains("cannot put the WAL in " + wal + ": it holds " + wal + "/letters");
            assertThat(state(wal)).isEqualTo(before);
        }
    }

    /// Whether this node has a cluster of its own or not.
    @Test
    void the_wal_of_another_cluster_is_left_to_its_owner() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path wal = Files.createDirectories(node.home.resolve("wal"));
            somebodys(Files.writeString(wal.resolve("000000010000000000000001"), ""), 0600);
            somebodys(wal, 0700);
            Map<Path, Map<String, Object>> before = state(wal);
            node.with("POSTGRES_INITDB_WALDIR", wal.toString());
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr()).contains("cannot put the WAL in " + wal + ": it holds ");
            assertThat(state(wal)).isEqualTo(before);

            assertThat(node.without("POSTGRES_INITDB_WALDIR").call("init").code()).isZero();
            node.with("POSTGRES_INITDB_WALDIR", wal.toString());
            assertThat(node.call("init").code()).as(node.said()).isZero();
            assertThat(node.said()).contains("Not giving " + wal);
            assertThat(state(wal)).isEqualTo(before);
        }
    }

    @Test
    void a_plan_of_a_user_who_cannot_write_is_refused_and_says_what_it_cannot_know()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            somebodys(Files.createDirectory(node.data), 0700);
            List<String> nobody =
                    List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            Map<Path, Map<String, Object>> before = state(node.data);
            Run.Ended plan = node.under(nobody, "plan").end();
            assertThat(plan.code()).as(plan.stdout() + plan.stderr()).isEqualTo(73);
            assertThat(plan.stdout())
                    .contains("refused: cannot write as uid 65534, gid 65534: ")
                    .contains("belongs to uid " + SOMEBODY)
                    .contains("not known: what a start as root would give");
            assertThat(state(node.data)).isEqualTo(before);
            // Root would give it away, being empty.
            Run.Ended asRoot = node.call("plan");
            assertThat(asRoot.code()).as(asRoot.stdout() + asRoot.stderr()).isZero();
            assertThat(asRoot.stdout()).contains(" give " + node.data + " to user postgres ");
            assertThat(state(node.data)).isEqualTo(before);
        }
    }

    @Test
    void a_cluster_of_another_user_and_its_wal_become_the_servers() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path wal = node.home.resolve("wal");
            // What a file system makes by itself is no file of anybody's.
            Files.createDirectories(wal.resolve("lost+found"));
            Files.createDirectories(node.data.resolve("lost+found"));
            node.with("POSTGRES_INITDB_WALDIR", wal.toString());
            assertThat(node.call("init").code()).as(node.said()).isZero();
            Object owner = Files.getAttribute(node.data, "unix:uid");
            assertThat(owner).isNotIn(0, SOMEBODY);
            for (Path top : new Path[] {node.data, wal}) {
                for (Path each : state(top).keySet()) {
                    Files.setAttribute(each, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);
                }
            }
            Map<Path, Map<String, Object>> before = state(node.data);
            before.putAll(state(wal));
            Run.Ended plan = node.call("plan");
            assertThat(plan.code()).as(plan.stdout() + plan.stderr()).isZero();
            String given = "give %s and what it holds (%d entries; uid %d: %2$d) to user postgres ";
            int inData = state(node.data).size() - 1;
            int inWal = state(wal).size() - 1;
            assertThat(plan.stdout())
                    .contains(" lock " + node.data + " as root while its files are given away")
                    .contains(given.formatted(node.data, inData, SOMEBODY))
                    .contains(given.formatted(wal, inWal, SOMEBODY))
                    .contains(" become user postgres ")
                    .contains("\nmode: standalone\n");
            Map<Path, Map<String, Object>> after = state(node.data);
            after.putAll(state(wal));
            assertThat(after).isEqualTo(before);

            Run run = node.serve();
            assertThat(run.said())
                    .contains(given.formatted(node.data, inData, SOMEBODY))
                    .contains(given.formatted(wal, inWal, SOMEBODY))
                    .contains("Giving " + node.data + " and what it holds")
                    .contains("Giving " + wal + " and what it holds");
            assertThat(run.stop().code()).isZero();
            for (Path top : new Path[] {node.data, wal}) {
                assertThat(state(top).values())
                        .allSatisfy(each -> assertThat(each).containsEntry("uid", owner));
            }
        }
    }
}
