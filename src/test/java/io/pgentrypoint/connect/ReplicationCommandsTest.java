package io.pgentrypoint.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationCommandsTest {

    private static final String INVALID_NAME = "42602";

    private static final Security PLAIN =
            new Security(
                    "disable",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("none"),
                    false);

    private static RealCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RealCluster.create().start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ReplicationConnection to(String host) {
        return new ReplicationConnection(
                host,
                cluster.port(),
                "postgres",
                new Secret("unused"),
                PLAIN,
                Duration.ofSeconds(10));
    }

    private static Connection open() throws SQLException {
        return to("127.0.0.1").open();
    }

    @Test
    void the_server_identifies_itself() throws SQLException {
        String control = cluster.run("pg_controldata", List.of("-D", cluster.data().toString()));
        try (Connection connection = open()) {
            var identity = new ReplicationCommands(connection).identifySystem();
            assertThat(control).contains(identity.systemIdentifier());
            assertThat(identity.systemIdentifier()).matches("\\d{19}");
            assertThat(identity.timeline()).isEqualTo(1);
            assertThat(identity.walPosition()).matches("[0-9A-F]+/[0-9A-F]+");
        }
    }

    @Test
    void a_setting_is_shown() throws SQLException {
        try (Connection connection = open()) {
            assertThat(new ReplicationCommands(connection).show("wal_level")).isEqualTo("replica");
        }
    }

    @Test
    void it_is_a_wal_sender_and_no_ordinary_session() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
        }
    }

    @Test
    void a_slot_is_made_once_and_keeps_wal_at_once() throws SQLException {
        try (Connection connection = open()) {
            ReplicationCommands commands = new ReplicationCommands(connection);
            assertThat(commands.createPhysicalSlot("replica_1")).isTrue();
            assertThat(commands.createPhysicalSlot("replica_1")).isFalse();
        }
        try (Connection connection =
                        cluster.server().open("postgres", Optional.empty(), "postgres");
                Statement statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT slot_type, restart_lsn IS NOT NULL FROM"
                                        + " pg_replication_slots")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("physical");
            assertThat(row.getBoolean(2)).isTrue();
            assertThat(row.next()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2e2c2e9c868d", "0", "123", "1e5", "_", "physical", "0x1f", "9_a"})
    void a_slot_may_be_called_whatever_the_server_allows(String name) throws SQLException {
        try (Connection connection = open()) {
            ReplicationCommands commands = new ReplicationCommands(connection);
            assertThat(commands.createPhysicalSlot(name)).isTrue();
            assertThat(slots()).contains(name);
            assertThat(commands.createPhysicalSlot(name)).isFalse();
            commands.dropSlot(name);
            assertThat(slots()).doesNotContain(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a PHYSICAL; DROP", "a'b", "a--b", "a\nb", "A"})
    void whatever_a_name_holds_the_server_sees_one_name(String name) throws SQLException {
        try (Connection connection = open()) {
            ReplicationCommands commands = new ReplicationCommands(connection);
            assertThatThrownBy(() -> commands.createPhysicalSlot(name))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo(INVALID_NAME))
                    .hasMessageContaining("replication slot name");
            assertThat(commands.show("wal_level")).isEqualTo("replica");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\"", "a\" PHYSICAL; DROP_REPLICATION_SLOT \"a"})
    void a_name_that_cannot_be_quoted_never_reaches_the_server(String name) throws SQLException {
        try (Connection connection = open()) {
            assertThatThrownBy(() -> new ReplicationCommands(connection).createPhysicalSlot(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<String> slots() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection =
                        cluster.server().open("postgres", Optional.empty(), "postgres");
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT slot_name FROM pg_replication_slots")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    @Test
    void an_ipv6_address_is_a_host_too() {
        ReplicationConnection nobody =
                new ReplicationConnection(
                        "::1",
                        RealCluster.freePort(),
                        "postgres",
                        new Secret("unused"),
                        PLAIN,
                        Duration.ofSeconds(10));
        assertThatThrownBy(nobody::open)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
    }

    @Test
    void the_password_does_not_show() {
        ReplicationConnection connection =
                new ReplicationConnection(
                        "h", 1, "u", new Secret("geheim"), PLAIN, Duration.ofSeconds(1));
        assertThat(connection.toString()).doesNotContain("geheim").contains("****");
    }
}
