package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a server that is made to tell all it can.
class QuietSessionIT {

    private static final Secret PASSWORD = new Secret("canary-5b1e");
    private static final RealCluster CLUSTER = RealCluster.create();

    private static final List<String> TALKATIVE =
            List.of(
                    "shared_preload_libraries='auto_explain,pg_stat_statements,passwordcheck'",
                    "log_min_messages=debug5",
                    "log_min_error_statement=debug5",
                    "log_statement=all",
                    "log_duration=on",
                    "log_min_duration_statement=0",
                    "log_transaction_sample_rate=1",
                    "log_parameter_max_length_on_error=-1",
                    "log_parser_stats=on",
                    "log_planner_stats=on",
                    "log_executor_stats=on",
                    "debug_print_parse=on",
                    "debug_print_rewritten=on",
                    "debug_print_plan=on",
                    "auto_explain.log_min_duration=0",
                    "auto_explain.log_verbose=on",
                    "auto_explain.log_nested_statements=on",
                    "pg_stat_statements.track=all",
                    "allow_system_table_mods=on");

    @BeforeAll
    static void server() {
        CLUSTER.append("postgresql.conf", String.join("\n", TALKATIVE) + "\n");
        CLUSTER.start();
        CLUSTER.sql(
                "CREATE EXTENSION pg_stat_statements",
                "CREATE TABLE pg_catalog.pg_dist_node (nodeid int, groupid int, nodename text,"
                        + " nodeport int, noderole text, isactive bool)",
                "INSERT INTO pg_catalog.pg_dist_node VALUES (1, 0, 'co', %d, 'primary', true)"
                        .formatted(CLUSTER.port()),
                "CREATE TABLE pg_catalog.pg_dist_authinfo (nodeid int, rolename name,"
                        + " authinfo text)",
                "INSERT INTO pg_extension VALUES (99999, 'citus', 10, 11, false, '13.0')");
    }

    @AfterAll
    static void end() {
        CLUSTER.close();
    }

    private static Connection open() throws SQLException {
        return CLUSTER.server().open("postgres", Optional.empty(), "postgres");
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private static void nowhere(String... secrets) throws SQLException, IOException {
        String log = Files.readString(CLUSTER.server().socketDirectory().resolve("log"));
        String kept = ask("SELECT string_agg(query, ';') FROM pg_stat_statements");
        for (String secret : secrets) {
            assertThat(log + kept).doesNotContain(secret);
            // debug_print_* shows the bytes of a constant.
            assertThat(log).doesNotContain(numbers(secret));
        }
        assertThat(log).doesNotContain("SCRAM-SHA-256$");
        assertThat(kept).doesNotContain("SCRAM-SHA-256$");
    }

    private static String numbers(String text) {
        List<String> numbers = new ArrayList<>();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            numbers.add(String.valueOf(each));
        }
        return numbers.stream().collect(Collectors.joining(" "));
    }

    @Test
    void a_secret_outside_of_it_is_found_in_log_and_statistics() throws Exception {
        CLUSTER.sql("CREATE ROLE teller PASSWORD 'loud-3e7a'", "SELECT 'loud-3e7a'");
        String log = Files.readString(CLUSTER.server().socketDirectory().resolve("log"));
        assertThat(log).contains("loud-3e7a", numbers("loud-3e7a"));
        assertThat(ask("SELECT string_agg(query, ';') FROM pg_stat_statements"))
                .contains("loud-3e7a");
    }

    @Test
    void no_password_and_no_verifier_is_in_log_or_statistics() throws Exception {
        try (Connection connection = open()) {
            SuperuserPassword.set(
                    new OnPrivateServer.SetSuperuserPassword("postgres", PASSWORD, true),
                    connection);
            ReplicationUser.ensure(connection, new Credentials("replicator", PASSWORD));
            ReplicationUser.ensure(connection, new Credentials("replicator", PASSWORD));
            ReplicationUser.ensure(
                    connection, new Credentials("replicator", new Secret("canary-changed")));
            connection.setAutoCommit(true);
            CitusLogins.keep(connection, new Credentials("postgres", PASSWORD));
        }
        assertThat(ask("SELECT authinfo FROM pg_dist_authinfo")).contains(PASSWORD.reveal());
        nowhere(PASSWORD.reveal(), "canary-changed");
    }

    /// passwordcheck takes no password that is the role's name.
    @Test
    void an_error_of_a_statement_is_told_to_the_caller_and_not_to_the_log() throws Exception {
        try (Connection connection = open()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() ->
                            ReplicationUser.ensure(
                                    connection,
                                    new Credentials("canary-role", new Secret("canary-role"))))
                    .withMessageContaining("password must not equal user name")
                    .withMessageNotContaining("SCRAM-SHA-256$");
        }
        nowhere("CREATE ROLE \"canary-role\"");
    }

    @Test
    void the_first_error_is_told_and_not_what_follows_from_it() throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                assertThat(row.next()).isTrue();
                assertThat(ask("SELECT pg_terminate_backend(%d, 60000)".formatted(row.getInt(1))))
                        .isEqualTo("t");
            }
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() ->
                            CitusLogins.keep(connection, new Credentials("postgres", PASSWORD)))
                    .withMessageContaining("terminating connection");
        }
    }

    @Test
    void another_session_does_not_see_the_statement_and_log_lines_come_back_after_it()
            throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            QuietSession.begin(connection, statement);
            statement.execute("SELECT 'canary-seen'");
            try (PreparedStatement query = connection.prepareStatement("SELECT ?::text")) {
                query.setString(1, "canary-sent");
                query.execute();
            }
            String others =
                    "SELECT string_agg(query, ';') FROM pg_stat_activity"
                            + " WHERE pid <> pg_backend_pid()";
            assertThat(ask(others)).doesNotContain("canary-seen", "canary-sent");
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("SELECT 'heard-again'");
            assertThat(ask(others)).contains("heard-again");
        }
        nowhere("canary-seen", "canary-sent");
    }
}
