package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a real server that logs everything that it can be told to log.
class ReplicationUserTest {

    private static final String PASSWORD = "p'a\"s\\s w:o$r#d@/&\u00e9";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static RealCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = RealCluster.create();
        Files.writeString(
                cluster.data().resolve("pg_hba.conf"),
                "local all postgres trust\nlocal all all scram-sha-256\n");
        cluster.start(
                "-c log_statement=all",
                "-c log_min_duration_statement=0",
                "-c log_min_duration_sample=0",
                "-c log_statement_sample_rate=1",
                "-c log_transaction_sample_rate=1",
                "-c log_duration=on",
                "-c log_min_error_statement=debug5");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /// The name needs quoting, and each test has its own.
    private static Credentials role(String password) {
        return new Credentials("repl \"" + NUMBER.incrementAndGet() + "'", new Secret(password));
    }

    private static void ensure(Credentials role) throws SQLException {
        try (Connection connection = superuser()) {
            ReplicationUser.ensure(connection, role);
        }
    }

    private static Connection superuser() throws SQLException {
        return cluster.server().open("postgres", Optional.empty(), "postgres");
    }

    private static String name(Credentials role) {
        return "\"" + role.user().replace("\"", "\"\"") + "\"";
    }

    private static String ask(String column, Credentials role) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT ("
                                        + column
                                        + ")::text FROM pg_authid WHERE rolname = '"
                                        + role.user().replace("'", "''")
                                        + "'")) {
            assertThat(row.next()).as("there is that role").isTrue();
            return String.valueOf(row.getString(1));
        }
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = superuser();
                Statement each = connection.createStatement()) {
            each.execute(statement);
        }
    }

    private static void assertLogsIn(Credentials role) throws SQLException {
        try (Connection connection =
                cluster.server().open(role.user(), Optional.of(role.password()), "postgres")) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    private static void assertRight(Credentials role) throws SQLException {
        assertThat(ask("rolcanlogin AND rolreplication AND NOT rolsuper", role)).isEqualTo("true");
        assertThat(ask("rolpassword", role)).startsWith("SCRAM-SHA-256$");
        assertLogsIn(role);
    }

    private static Credentials with(Credentials role, String password) {
        return new Credentials(role.user(), new Secret(password));
    }

    @Test
    void a_missing_role_is_created_and_its_password_works() throws SQLException {
        Credentials role = role(PASSWORD);
        ensure(role);
        assertRight(role);
        assertThat(ask("rolcreaterole OR rolcreatedb OR rolbypassrls", role)).isEqualTo("false");
    }

    @Test
    void a_role_that_is_right_is_not_touched() throws SQLException {
        Credentials role = role(PASSWORD);
        ensure(role);
        String version = ask("xmin || ' ' || ctid::text", role);
        ensure(role);
        assertThat(ask("xmin || ' ' || ctid::text", role)).isEqualTo(version);
    }

    @Test
    void a_changed_password_is_set() throws SQLException {
        Credentials old = role("old one");
        ensure(old);
        Credentials changed = with(old, PASSWORD);
        ensure(changed);
        assertRight(changed);
        assertThat(catchThrowableOfType(SQLException.class, () -> assertLogsIn(old)).getSQLState())
                .isEqualTo("28P01");
    }

    @Test
    void an_md5_hash_of_the_right_password_is_replaced() throws SQLException {
        Credentials role = role("plain");
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("SET password_encryption = 'md5'");
            statement.execute("CREATE ROLE " + name(role) + " LOGIN REPLICATION PASSWORD 'plain'");
        }
        assertThat(ask("rolpassword", role)).startsWith("md5");
        ensure(role);
        assertRight(role);
    }

    @Test
    void a_role_without_a_password_gets_one() throws SQLException {
        Credentials role = role(PASSWORD);
        sql("CREATE ROLE " + name(role) + " LOGIN REPLICATION");
        ensure(role);
        assertRight(role);
    }

    @Test
    void missing_attributes_are_given_and_the_password_stays() throws SQLException {
        Credentials role = role(PASSWORD);
        ensure(role);
        String verifier = ask("rolpassword", role);
        sql("ALTER ROLE " + name(role) + " NOLOGIN NOREPLICATION");
        ensure(role);
        assertRight(role);
        assertThat(ask("rolpassword", role)).isEqualTo(verifier);
    }

    @Test
    void a_superuser_is_refused_and_left_as_it_is() throws SQLException {
        Credentials role = role(PASSWORD);
        sql("CREATE ROLE " + name(role) + " SUPERUSER");
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> ensure(role));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.CONFIGURATION.code());
        assertThat(refusal.reason()).contains(role.user()).contains("superuser");
        assertThat(ask("rolpassword IS NULL", role)).isEqualTo("true");
    }

    /// A lone primary whose standbys have to confirm would otherwise wait for ever.
    @Test
    void it_does_not_wait_for_a_standby_that_cannot_log_in_yet() throws SQLException {
        Credentials role = role(PASSWORD);
        sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        sql("SELECT pg_reload_conf()");
        try {
            ensure(role);
            assertRight(role);
        } finally {
            sql("ALTER SYSTEM RESET synchronous_standby_names");
            sql("SELECT pg_reload_conf()");
        }
    }

    @Test
    void the_server_logs_neither_password_nor_verifier() throws SQLException, IOException {
        Credentials role = role("cAnAry7f3e91");
        ensure(role);
        ensure(with(role, "cAnAry7f3e92"));
        String verifier = ask("rolpassword", role);
        assertThat(log()).contains("SELECT (rolpassword)::text").doesNotContain("cAnAry");
        assertThat(log()).doesNotContain(verifier).doesNotContain("PASSWORD 'SCRAM");
    }

    @Test
    void not_even_a_statement_that_fails_is_logged() throws SQLException, IOException {
        Credentials role = role("cAnAry7f3e93");
        try (Connection connection = superuser()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET default_transaction_read_only = on");
            }
            assertThatThrownBy(() -> ReplicationUser.ensure(connection, role))
                    .hasMessageContaining("read-only transaction");
        }
        assertThat(log())
                .contains("default_transaction_read_only")
                .doesNotContain("PASSWORD 'SCRAM");
    }

    private static String log() throws IOException {
        return Files.readString(cluster.data().resolveSibling("log"));
    }
}
