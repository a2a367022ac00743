package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of another user below a data directory of the server's, as `docker cp` and `cp -r` leave
/// them.
class RestoredByRootIT {

    private static final int SOMEBODY = 54321;

    @BeforeEach
    void needsRoot() {
        ProcessNode.requireRoot();
    }

    private static void give(String uid, Path path) {
        RealCluster.execute(List.of("chown", "-hR", uid, path.toString()));
    }

    private static long notOf(Object uid, Path data) throws IOException {
        long wrong = 0;
        try (var files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
                wrong += owner.equals(uid) ? 0 : 1;
            }
        }
        return wrong;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"base", "base/1/pg_filenode.map", "global/1262", "pg_hba.conf", "pg_wal"})
    void what_root_has_restored_is_given_to_the_server(String name) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            assertThat(node.call("init").code()).as(node.said()).isZero();
            Object server = Files.getAttribute(node.data, "unix:uid");
            give("0:0", node.data.resolve(name));
            // One that no look finds is given with the others.
            give("0:0", node.data.resolve("base/1/1259"));
            Run.Ended healed = node.call("init");
            assertThat(healed.code()).as(healed.stderr()).isZero();
            assertThat(healed.stderr())
                    .containsPattern("Giving \\d+ files of root's in " + node.data);
            assertThat(notOf(server, node.data)).isZero();
        }
    }

    /// A configuration file that root has mounted there, as a rule read-only, is root's on purpose.
    @Test
    void a_mounted_file_of_roots_stays_roots() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            assertThat(node.call("init").code()).as(node.said()).isZero();
            Path mounted = node.home.resolve("ident");
            Files.writeString(mounted, "# root's\n");
            node.seeing(mounted, node.data.resolve("pg_ident.conf"));
            Run.Ended again = node.call("init");
            assertThat(again.code()).as(again.stderr()).isZero();
            assertThat(Files.getAttribute(mounted, "unix:uid")).isEqualTo(0);
            assertThat(again.stderr()).doesNotContain("Giving");
        }
    }

    /// It cannot be known whose they are, and who has put them there.
    @Test
    void files_of_a_third_user_are_counted_and_one_command_is_said() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            assertThat(node.call("init").code()).as(node.said()).isZero();
            Object server = Files.getAttribute(node.data, "unix:uid");
            give(String.valueOf(SOMEBODY), node.data.resolve("global"));
            give(String.valueOf(SOMEBODY), node.data.resolve("base/1/1259"));
            long wrong = notOf(server, node.data);
            for (String command : List.of("init", "run")) {
                Run.Ended refused = node.call(command);
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(73);
                assertThat(refused.stderr())
                        .contains(" files in " + node.data + " (PGDATA) belong to other users")
                        .contains("chown -R " + server + ":")
                        .contains(node.data + " on the host");
            }
            assertThat(notOf(server, node.data)).isEqualTo(wrong);
        }
    }

    @Test
    void a_start_without_root_names_them_at_once() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().asOrdinaryUser()) {
            assertThat(node.call("init").code()).as(node.said()).isZero();
            give("0:0", node.data.resolve("base/1"));
            long wrong = notOf(Files.getAttribute(node.data, "unix:uid"), node.data);
            // Its files cannot be looked at.
            RealCluster.execute(List.of("chmod", "755", node.data.resolve("base/1").toString()));
            Run.Ended refused = node.call("run");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(73);
            assertThat(refused.stderr())
                    .contains(wrong + " files in " + node.data + " (PGDATA) belong to other users");
        }
    }
}
