package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Citus is in no repository that these tests can reach, so its tables and functions are played by
/// some of the same names and columns (Citus 13) in real servers. What is tested is ours: what is
/// asked, what is changed, and what is left alone. `it/CitusIT` is for the real one.
class CitusRegistrationIT {

    private static final List<String> STAND_IN =
            List.of(
                    """
                    CREATE TABLE pg_catalog.pg_dist_node (nodeid serial, groupid int, nodename text, nodeport int,
                        noderole text DEFAULT 'primary', isactive bool DEFAULT true,
                        shouldhaveshards bool DEFAULT true)
                    """,
                    "CREATE TABLE pg_catalog.pg_dist_local_group (groupid int)",
                    "INSERT INTO pg_catalog.pg_dist_local_group VALUES (0)",
                    """
                    CREATE TABLE pg_catalog.pg_dist_authinfo (nodeid int, rolename name, authinfo text,
                        PRIMARY KEY (rolename, nodeid))
                    """,
                    """
                    CREATE FUNCTION pg_catalog.citus_set_coordinator_host(text, int) RETURNS void LANGUAGE sql AS $$
                        DELETE FROM pg_catalog.pg_dist_node WHERE groupid = 0;
                        INSERT INTO pg_catalog.pg_dist_node (groupid, nodename, nodeport) VALUES (0, $1, $2) $$
                    """,
                    """
                    CREATE FUNCTION pg_catalog.citus_add_node(text, int) RETURNS int LANGUAGE sql AS $$
                        INSERT INTO pg_catalog.pg_dist_node (groupid, nodename, nodeport)
                        SELECT coalesce(max(groupid), 0) + 1, $1, $2 FROM pg_catalog.pg_dist_node RETURNING nodeid $$
                    """,
                    """
                    CREATE FUNCTION pg_catalog.citus_update_node(int, text, int) RETURNS void LANGUAGE sql AS $$
                        UPDATE pg_catalog.pg_dist_node SET nodename = $2, nodeport = $3 WHERE nodeid = $1 $$
                    """,
                    """
                    CREATE FUNCTION pg_catalog.citus_activate_node(text, int) RETURNS int LANGUAGE sql AS $$
                        UPDATE pg_catalog.pg_dist_node SET isactive = true WHERE nodename = $1 AND nodeport = $2
                        RETURNING nodeid $$
                    """,
                    """
                    CREATE FUNCTION pg_catalog.citus_set_node_property(text, int, text, bool) RETURNS void LANGUAGE sql AS $$
                        UPDATE pg_catalog.pg_dist_node SET shouldhaveshards = $4 WHERE nodename = $1 AND nodeport = $2 $$
                    """,
                    "INSERT INTO pg_extension VALUES (99999, 'citus', 10, 11, false, '13.0')");

    private static final Credentials LOGIN = new Credentials("postgres", new Secret("o'p\\e n"));

    private static RealCluster coordinator = RealCluster.create();
    private static RealCluster worker = RealCluster.create();

    @BeforeAll
    static void servers() {
        for (RealCluster server : List.of(coordinator, worker)) {
            server.start("-c allow_system_table_mods=on", "-c log_statement=all");
            server.sql(STAND_IN.toArray(String[]::new));
        }
    }

    @AfterAll
    static void end() {
        coordinator.close();
        worker.close();
    }

    private static void join(RealCluster server, Citus citus) throws SQLException {
        try (Connection connection =
                server.server().open("postgres", Optional.empty(), "postgres")) {
            CitusLogins.keep(connection, LOGIN);
            CitusRegistration.register(
                    new Live.JoinCitus(
                            citus,
                            new Live.JoinCitus.Login(LOGIN.user(), Optional.of(LOGIN.password())),
                            server.port()),
                    connection);
        }
    }

    private static Citus workerAt(String host) {
        return new Citus.Worker(
                "postgres", List.of(), host, true, new HostPort("127.0.0.1", coordinator.port()));
    }

    private static String ask(RealCluster server, String sql) {
        return server.run(
                        "psql",
                        List.of(
                                "-XAt",
                                "-h",
                                server.server().socketDirectory().toString(),
                                "-p",
                                String.valueOf(server.port()),
                                "-U",
                                "postgres",
                                "-c",
                                sql))
                .strip();
    }

    private static String nodes() {
        return ask(
                coordinator,
                "SELECT string_agg(groupid || ' ' || nodename, ', ' ORDER BY groupid)"
                        + " FROM pg_dist_node");
    }

    /// What the real Citus does when it adds a node: the worker gets the metadata.
    private static void syncMetadata() {
        worker.sql(
                "UPDATE pg_dist_local_group SET groupid = 1",
                "DELETE FROM pg_dist_node",
                "INSERT INTO pg_dist_node (groupid, nodename, nodeport) VALUES (1, 'worker-1', "
                        + worker.port()
                        + ")");
    }

    @Test
    void a_node_is_registered_once_moved_when_its_address_changes_and_never_taken_for_another()
            throws SQLException {
        join(coordinator, new Citus.Coordinator("postgres", List.of(), "coordinator", true));
        join(coordinator, new Citus.Coordinator("postgres", List.of(), "coordinator", true));
        join(worker, workerAt("worker-1"));
        assertThat(nodes()).isEqualTo("0 coordinator, 1 worker-1");
        syncMetadata();
        join(worker, workerAt("worker-1"));
        join(worker, workerAt("worker-2"));
        assertThat(nodes()).isEqualTo("0 coordinator, 1 worker-2");
        // The stand-in syncs nothing: the worker still believes what it was told first.
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> join(worker, workerAt("worker-3")))
                .withMessageContaining("which this volume has never been");
        assertThat(nodes()).isEqualTo("0 coordinator, 1 worker-2");
        join(coordinator, new Citus.Coordinator("postgres", List.of(), "renamed", true));
        assertThat(nodes()).isEqualTo("0 renamed, 1 worker-2");
    }

    @Test
    void the_nodes_password_is_kept_where_citus_looks_and_in_no_log() throws Exception {
        join(coordinator, new Citus.Coordinator("postgres", List.of(), "coordinator", true));
        assertThat(ask(coordinator, "SELECT nodeid, rolename, authinfo FROM pg_dist_authinfo"))
                .isEqualTo("0|postgres|password='o\\'p\\\\e n'");
        assertThat(
                        java.nio.file.Files.readString(
                                coordinator.server().socketDirectory().resolve("log")))
                .contains("pg_dist_node")
                .doesNotContain("p\\\\e n");
    }
}
