package io.pgentrypoint.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// PostgreSQL reads back what was meant: hostile strings go through its own programs, by the
/// hundred. `-Dproperty.seed=…` chooses other ones.
class QuotingIT {

    private static final List<Setting> SETTINGS = settings();
    private static final List<String> NAMES = names();

    private static ScratchCluster cluster;

    @BeforeAll
    static void a_server_starts_with_hundreds_of_hostile_settings() throws IOException {
        cluster = new ScratchCluster();
        cluster.initialise();
        cluster.write("entrypoint.conf", SettingsFile.text(SETTINGS));
        cluster.append("postgresql.conf", "include_if_exists = 'entrypoint.conf'\n");
        cluster.start();
        StringBuilder roles = new StringBuilder();
        for (String name : NAMES) {
            roles.append("CREATE ROLE ")
                    .append(Quoting.sqlIdentifier(name))
                    .append(" LOGIN REPLICATION PASSWORD ")
                    .append(Quoting.sqlLiteral(password(name)))
                    .append(";\n");
        }
        cluster.sql(cluster.superuser(), roles.toString());
    }

    @AfterAll
    static void the_server_ends() throws IOException {
        cluster.close();
    }

    @Test
    void every_setting_arrives_and_none_is_added() throws IOException {
        assertThat(
                        cluster.sql(
                                cluster.superuser(),
                                "SELECT name, current_setting(name) FROM (SELECT 'x.v' ||"
                                        + " lpad(i::text, 4, '0') AS name"
                                        + " FROM generate_series(0, 399) i) AS names"))
                .as("first seed %d", HostileText.FIRST_SEED)
                .isEqualTo(SETTINGS.stream().flatMap(QuotingIT::nameAndValue).toList());
        assertThat(
                        cluster.sql(
                                cluster.superuser(),
                                "SELECT name, setting FROM pg_file_settings"
                                        + " WHERE sourcefile LIKE '%/entrypoint.conf'"
                                        + " AND error IS NULL ORDER BY seqno"))
                .isEqualTo(SETTINGS.stream().flatMap(QuotingIT::nameAndValue).toList());
    }

    @Test
    void every_role_gets_its_name_and_only_it() throws IOException {
        assertThat(
                        cluster.sql(
                                cluster.superuser(),
                                "SELECT rolname FROM pg_roles WHERE rolname <> 'postgres'"
                                        + " AND rolname NOT LIKE 'pg\\_%'"))
                .as("first seed %d", HostileText.FIRST_SEED)
                .containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void every_literal_means_the_same_whatever_backslashes_mean() throws IOException {
        List<String> values = SETTINGS.stream().map(Setting::value).toList();
        String literals =
                values.stream().map(Quoting::sqlLiteral).collect(joining("),\n(", "(", ")"));
        for (String conforming : List.of("on", "off")) {
            assertThat(
                            cluster.sql(
                                    cluster.superuser(),
                                    "SET standard_conforming_strings = "
                                            + conforming
                                            + "; SET escape_string_warning = off; VALUES "
                                            + literals))
                    .as("standard_conforming_strings %s", conforming)
                    .isEqualTo(values);
        }
    }

    @Test
    void every_rule_names_its_user_and_no_rule_is_added() throws IOException {
        List<Network> anywhere = List.of(new Network("192.0.2.0/24", false));
        String before =
                NAMES.stream()
                        .map(name ->
                                HbaRule.replication(name, anywhere.getFirst(), Optional.empty())
                                                .line()
                                        + "\n")
                        .collect(joining());
        assertThat(readRules(before)).isEqualTo(NAMES.stream().flatMap(QuotingIT::rule).toList());
    }

    /// PostgreSQL does not start over one bad address: what our parser takes, it must take.
    @Test
    void every_network_that_we_accept_is_one_that_postgresql_accepts() throws IOException {
        String networks =
                "0.0.0.0/0 ::/0 10.0.0.0/8 10.1.2.3/32 fd00::/8 ::ffff:10.0.0.1/128 fe80::1/64"
                        + " samenet samehost all replica.example .example db_1 1.example a-b";
        String text =
                HbaBlock.text(
                                Environments.parse(
                                        Environments.primary("REPLICATION_NETWORK", networks)))
                        .orElseThrow();
        assertThat(readRules(text)).hasSize(3 * networks.split(" ").length);
    }

    /// Users, databases and errors of the rules that the server would read from this text.
    private static List<String> readRules(String text) throws IOException {
        // The view reads the file as it is now; nothing is reloaded.
        String kept = Files.readString(cluster.data.resolve("pg_hba.conf"));
        cluster.write("pg_hba.conf", text);
        try {
            return cluster.sql(
                    cluster.superuser(),
                    "SELECT database[1], user_name[1], coalesce(error, '') FROM pg_hba_file_rules"
                            + " WHERE cardinality(user_name) = 1 OR error IS NOT NULL"
                            + " ORDER BY line_number");
        } finally {
            cluster.write("pg_hba.conf", kept);
        }
    }

    /// The whole way of a replica: role, rule, connection string and password file meet in a real
    /// SCRAM login on a replication connection.
    @Test
    void every_role_can_log_in_for_replication_with_its_own_password_file_only()
            throws IOException {
        List<String> few = NAMES.subList(0, 30);
        Network loopback = new Network("127.0.0.1/32", false);
        String rules =
                few.stream()
                        .map(name ->
                                HbaRule.replication(name, loopback, Optional.empty()).line() + "\n")
                        .collect(joining("", "", "host all postgres all trust\n"));
        cluster.write("pg_hba.conf", rules);
        cluster.reload();
        for (int i = 0; i < few.size(); i++) {
            String user = few.get(i);
            assertThat(login(user, password(user)).stderr()).as("user %d: %s", i, user).isEmpty();
        }
        assertThat(login(few.getFirst(), "another password").stderr())
                .contains("password authentication failed");
    }

    private static ScratchCluster.Outcome login(String user, String password) throws IOException {
        Mode.NativeReplica asked =
                (Mode.NativeReplica)
                        Environments.parse(Environments.replica("REPLICA_NAME", "it's \\ me"))
                                .mode();
        UpstreamServer server =
                new UpstreamServer(
                        new HostPort("127.0.0.1", cluster.port),
                        new Credentials(user, new Secret(password)),
                        asked.upstream().tls());
        Mode.NativeReplica replica =
                new Mode.NativeReplica(
                        server,
                        asked.identity(),
                        asked.networks(),
                        asked.timeout(),
                        asked.rejoin(),
                        List.of());
        Path passFile = cluster.write("it's a/pass file", PassFile.text(server).reveal());
        return cluster.attempt(
                "psql",
                "--no-psqlrc",
                "--no-password",
                "--dbname="
                        + UpstreamConninfo.clone(replica, passFile, RealCluster.major())
                        + " dbname=replication replication=true",
                "--command=IDENTIFY_SYSTEM");
    }

    private static Stream<String> rule(String name) {
        return Stream.of("replication", name, "");
    }

    private static Stream<String> nameAndValue(Setting setting) {
        return Stream.of(setting.name(), setting.value());
    }

    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            SplittableRandom random = new SplittableRandom(HostileText.FIRST_SEED + i);
            settings.add(
                    new Setting("x.v%04d".formatted(i), HostileText.any(random), "seed + " + i));
        }
        return settings;
    }

    /// Names as our parser takes them: no control characters, 63 bytes, none of PostgreSQL's own.
    private static List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (long seed = HostileText.FIRST_SEED; names.size() < 200; seed++) {
            String name =
                    HostileText.any(new SplittableRandom(seed))
                            .replaceAll("[\\x00-\\x1f\\x7f]", "")
                            .replaceAll("^(/|pg_)+", "");
            if (!name.isEmpty() && name.getBytes(StandardCharsets.UTF_8).length <= 63) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private static String password(String name) {
        return HostileText.oneLine(new SplittableRandom(name.hashCode())) + name;
    }
}
