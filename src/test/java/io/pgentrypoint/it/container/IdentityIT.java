package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever the container's user is, and whatever the container may write to.
@ContainerTest
class IdentityIT {

    private static final String UNNAMED = "123456:0";

    private static ContainerNode node() {
        return new ContainerNode(ContainerNode.MAJOR).withEnv("POSTGRES_PASSWORD", "first-secret");
    }

    private static void servesAndStops(ContainerNode node) {
        node.started().awaitServer();
        assertThat(node.sql("SELECT 1")).isEqualTo("1");
        assertThat(node.stopped()).as(node::log).isZero();
    }

    /// OpenShift: a uid that /etc/passwd does not know, in the group root.
    @Test
    @DisplayName("PERM-3, PERM-4: a uid without a name makes its cluster")
    void a_uid_without_a_name_makes_its_cluster() {
        try (ContainerNode node = node().user(UNNAMED).withEnv("PGDATA", "/volume/data")) {
            servesAndStops(
                    node.onHost(host ->
                            host.withTmpFs(Map.of("/volume", "uid=123456,gid=0,mode=0770"))));
        }
    }

    @Test
    @DisplayName("PERM-2: a directory of another user is named with owner mode and remedy")
    void a_directory_of_another_user_is_named_with_owner_mode_and_remedy() {
        try (ContainerNode node = node().user(UNNAMED)) {
            assertThat(node.started().awaitExit()).as(node::log).isEqualTo(73);
            assertThat(node.said())
                    .anyMatch(line ->
                            line.startsWith("cannot write as uid 123456, gid 0: ")
                                    && line.contains("belongs to uid 999, gid 999, mode 1777"))
                    .anyMatch(line -> line.contains("chown 123456:0"));
        }
    }

    @Test
    void a_volume_that_was_opened_to_its_group_is_closed_again() {
        try (ContainerNode node = node()) {
            servesAndStops(node);
            try (ContainerNode again = node().after(node).program("sh")) {
                again.withCommand(
                        "-c", "chmod 2770 \"$PGDATA\" && exec /usr/local/bin/entrypoint postgres");
                again.started().awaitLog("mode 2770 becomes 0700").awaitServer();
            }
        }
    }

    @Test
    void a_read_only_root_file_system_needs_two_tmpfs() {
        try (ContainerNode node = node()) {
            servesAndStops(
                    node.onHost(host ->
                            host.withReadonlyRootfs(true)
                                    .withTmpFs(Map.of("/tmp", "", "/var/run/postgresql", ""))));
        }
    }

    @Test
    void what_a_read_only_root_file_system_lacks_is_said_before_anything_is_done() {
        try (ContainerNode node =
                node().user("postgres").onHost(host -> host.withReadonlyRootfs(true))) {
            assertThat(node.started().awaitExit()).as(node::log).isEqualTo(73);
            assertThat(node.said())
                    .anyMatch(line ->
                            line.contains("/tmp (for temporary files)")
                                    && line.contains(
                                            "/var/run/postgresql (for the server's" + " sockets)")
                                    && line.contains("read-only"))
                    .noneMatch(line -> line.contains("initdb"));
        }
    }

    /// The volume as `fsGroup` leaves it, and a secret as the kubelet lays it out.
    @Test
    @DisplayName("PERM-4: a pod of deploy/kubernetes needs no capability and no root file system")
    void no_capability_is_needed_by_a_plain_user(@TempDir Path secret) throws IOException {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path values = Files.createDirectory(secret.resolve("..2026_12_01"));
        Files.setPosixFilePermissions(values, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path value = Files.writeString(values.resolve("postgres-password"), "of-the-secret");
        Files.setPosixFilePermissions(value, PosixFilePermissions.fromString("r--r--r--"));
        Files.createSymbolicLink(secret.resolve("..data"), values.getFileName());
        Files.createSymbolicLink(
                secret.resolve("postgres-password"), Path.of("..data/postgres-password"));
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR).user("999:999")) {
            node.withEnv("PGDATA", "/var/lib/postgresql/data/pgdata");
            node.withEnv("POSTGRES_PASSWORD_FILE", "/run/secrets/db/postgres-password");
            Map<String, String> mounts =
                    Map.of(
                            "/var/lib/postgresql/data", "gid=999,mode=2770",
                            "/var/run/postgresql", "gid=999,mode=2777",
                            "/tmp", "gid=999,mode=2777");
            servesAndStops(
                    node.onHost(host ->
                            host.withCapDrop(Capability.ALL)
                                    .withSecurityOpts(List.of("no-new-privileges"))
                                    .withReadonlyRootfs(true)
                                    .withTmpFs(mounts)
                                    .withBinds(Bind.parse(secret + ":/run/secrets/db:ro"))));
        }
    }

    /// Whoever started PID 1 as that user could otherwise read its environment from within the
    /// server.
    @Test
    void the_environment_of_pid_1_is_closed_to_its_own_user() {
        try (ContainerNode node = node().user("postgres").started().awaitServer()) {
            assertThat(node.exec("cat", "/proc/1/environ").err()).contains("Permission denied");
            String read = "SELECT pg_read_binary_file('/proc/1/environ')";
            assertThat(node.exec("psql", "-U", "postgres", "-c", read).err())
                    .contains("Permission denied");
        }
    }

    @Test
    void the_last_words_are_kubernetes_termination_message(@TempDir Path directory)
            throws IOException {
        Path message = Files.createFile(directory.resolve("message"));
        Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (ContainerNode node = node()) {
            node.onHost(host -> host.withBinds(Bind.parse(message + ":/dev/termination-log")));
            node.withCommand("-c", "shared_buffers=1").start();
            assertThat(node.awaitExit()).isEqualTo(1);
            assertThat(message)
                    .content()
                    .startsWith("cannot start the bootstrap server: it ended with code 1")
                    .contains("outside the valid range for parameter \"shared_buffers\"")
                    .endsWith("Exit code 1, while preparing the data directory\n");
        }
    }
}
