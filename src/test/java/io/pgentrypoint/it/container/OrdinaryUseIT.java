package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// What users of the official image do with theirs.
@ContainerTest
class OrdinaryUseIT {

    @Test
    void another_program_runs_in_place_of_the_server_with_its_own_exit_code() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.withCommand("bash", "-c", "printf '%s|' $$ \"$@\"; exit 7", "-", "a b", "", "é\\n")
                    .start();
            assertThat(node.awaitExit()).isEqualTo(7);
            assertThat(node.log()).isEqualTo("1|a b||é\\n|");
        }
    }

    @Test
    void a_program_that_does_not_exist_ends_with_127() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.withCommand("no-such-program").start();
            assertThat(node.awaitExit()).isEqualTo(127);
            assertThat(node.said()).anyMatch(line -> line.startsWith("cannot run no-such-program"));
        }
    }

    @Test
    void status_and_healthcheck_say_what_each_node_is() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode replica =
                    cluster.replica("replica", "primary").started().awaitStreaming();
            assertThat(primary.exec("entrypoint", "status", "--format", "json").out())
                    .contains("\"healthy\":true", "\"role\":\"primary\"", "\"timeline\":1")
                    .contains("\"name\":\"replica\"");
            assertThat(replica.exec("entrypoint", "status", "--format", "json").out())
                    .contains("\"healthy\":true", "\"role\":\"replica\"", "\"timeline\":1")
                    .contains("\"receiver\":\"streaming\"", "\"upstream\":\"primary:5432\"");
            assertThat(primary.exec("entrypoint", "healthcheck").code()).isZero();
            assertThat(replica.exec("entrypoint", "healthcheck").code()).isZero();
        }
    }

    @Test
    void server_arguments_and_settings_of_the_environment_arrive() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.withEnv("POSTGRES_PASSWORD", "x")
                    .withEnv("POSTGRES_CONF_work_mem", "7MB")
                    .withCommand("-c", "maintenance_work_mem=99MB")
                    .started()
                    .awaitServer();
            assertThat(node.sql("SHOW work_mem")).isEqualTo("7MB");
            assertThat(node.sql("SHOW maintenance_work_mem")).isEqualTo("99MB");
        }
    }

    @Test
    void a_primary_and_a_replica_run_with_a_read_only_root_file_system() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = readOnly(cluster.primary("primary")).started();
            ContainerNode replica = readOnly(cluster.replica("replica", "primary")).started();
            replica.awaitStreaming();
            assertThat(replica.stopped()).as(replica::log).isZero();
            assertThat(primary.stopped()).as(primary::log).isZero();
            primary.startedAgain();
            replica.startedAgain().awaitStreaming();
        }
    }

    private static ContainerNode readOnly(ContainerNode node) {
        return node.withTmpFs(Map.of("/tmp", "", "/run/postgresql", "mode=3777"))
                .onHost(host -> host.withReadonlyRootfs(true));
    }

    @Test
    void a_primary_and_a_replica_run_as_any_user_of_group_root() {
        try (Cluster cluster = new Cluster()) {
            anyUser("1000:0", cluster.primary("primary")).start();
            anyUser("1001:0", cluster.replica("replica", "primary")).started().awaitStreaming();
        }
    }

    /// The volume itself is the user postgres's, and everyone may make a directory in it.
    private static ContainerNode anyUser(String user, ContainerNode node) {
        return node.user(user).withEnv("PGDATA", "/var/lib/postgresql/data/pgdata");
    }

    @Test
    void a_volume_of_another_user_is_refused_with_both_names() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.user("1000:0").withEnv("POSTGRES_PASSWORD", "x").start();
            assertThat(node.awaitExit()).isEqualTo(73);
            assertThat(node.said())
                    .anyMatch(line -> line.startsWith("cannot write as uid 1000, gid 0: "));
        }
    }

    @Test
    void a_primary_and_a_replica_run_as_postgres_without_any_capability() {
        try (Cluster cluster = new Cluster()) {
            withoutCapabilities(cluster.primary("primary")).start();
            withoutCapabilities(cluster.replica("replica", "primary")).started().awaitStreaming();
        }
    }

    private static ContainerNode withoutCapabilities(ContainerNode node) {
        return node.user("postgres")
                .onHost(host ->
                        host.withCapDrop(com.github.dockerjava.api.model.Capability.ALL)
                                .withSecurityOpts(java.util.List.of("no-new-privileges")));
    }

    @Test
    void testcontainers_takes_it_for_the_official_image() throws SQLException {
        DockerImageName image =
                DockerImageName.parse(ContainerNode.IMAGE + ":" + ContainerNode.MAJOR)
                        .asCompatibleSubstituteFor("postgres");
        try (PostgreSQLContainer postgres = new PostgreSQLContainer(image)) {
            postgres.start();
            try (Connection connection =
                            DriverManager.getConnection(
                                    postgres.getJdbcUrl(),
                                    postgres.getUsername(),
                                    postgres.getPassword());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW server_version")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).startsWith(ContainerNode.MAJOR + ".");
            }
        }
    }
}
