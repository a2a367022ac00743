package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every environment that is refused, and the rule that it is told.
class RefusalsTest {

    record Row(Map<String, String> environment, String variable, String rule) {
        @Override
        public String toString() {
            return variable + ": " + rule;
        }
    }

    private static Row standalone(String variable, String value, String rule) {
        return new Row(Environments.standalone(variable, value), variable, rule);
    }

    private static Row primary(String variable, String value, String rule) {
        return new Row(Environments.primary(variable, value), variable, rule);
    }

    private static Row replica(String variable, String value, String rule) {
        return new Row(Environments.replica(variable, value), variable, rule);
    }

    private static Row patroni(String variable, String value, String rule) {
        return new Row(Environments.patroni(variable, value), variable, rule);
    }

    static List<Row> modes() {
        return List.of(
                standalone("HA_MODE", "patroni", "must be one of standalone, native"),
                primary(
                        "REPLICATION_ROLE",
                        "bogus",
                        "Invalid REPLICATION_ROLE: must be primary, replica or auto"),
                primary(
                        "REPLICATION_ROLE",
                        "",
                        "Invalid REPLICATION_ROLE: HA_MODE=native needs one"),
                replica("PRIMARY_HOST", "", "PRIMARY_HOST must be set for replica role"),
                primary(
                        "PEER_HOSTS",
                        "db2:x",
                        "must be hosts, each with or without a port, and no db2:x"),
                replica(
                        "PEER_HOSTS",
                        "db2:x",
                        "must be hosts, each with or without a port, and no db2:x"),
                primary(
                        "REPLICATION_PASSWORD",
                        "",
                        "must be set with HA_MODE=native; there is no default"),
                patroni(
                        "PATRONI_SCOPE",
                        "",
                        "must be set with USE_PATRONI=true: the name of the cluster"),
                patroni(
                        "PATRONI_ETCD3_HOSTS",
                        "",
                        "must be set with USE_PATRONI=true: the members agree there who leads"),
                patroni(
                        "POSTGRES_PASSWORD",
                        "",
                        "must be set with USE_PATRONI=true: a former leader logs in with it to"
                                + " rewind"),
                patroni(
                        "REPLICATION_PASSWORD",
                        "",
                        "must be set with USE_PATRONI=true; there is no default"),
                patroni(
                        "REPLICATION_PASSWORD",
                        "gr\u00fcn",
                        "must be ASCII with USE_PATRONI=true: Patroni cannot store another one"),
                patroni(
                        "POSTGRES_PASSWORD",
                        "gr\u00fcn",
                        "must be ASCII with USE_PATRONI=true: Patroni cannot store another one"),
                patroni(
                        "REPLICATION_USER",
                        "gr\u00fcn",
                        "must be ASCII with USE_PATRONI=true: Patroni cannot store another one"),
                patroni(
                        "POSTGRES_USER",
                        "gr\u00fcn",
                        "must be ASCII with USE_PATRONI=true: Patroni cannot store another one"),
                patroni("PATRONI_CONFIGURATION", "[1, 2]", "is not a mapping (name: value)"),
                patroni(
                        "POSTGRES_CONF_log_transaction_sample_rate",
                        "1",
                        "cannot be used with Patroni: the server would log the statements by which"
                                + " Patroni sets passwords when it makes the cluster"),
                new Row(
                        Environments.patroni(
                                "USE_CITUS", "true",
                                "POSTGRES_CONF_log_min_duration_statement", "1s",
                                "POSTGRES_CONF_log_statement", "mod"),
                        "POSTGRES_CONF_log_statement",
                        "cannot be used with Patroni: the server would log the statements by which"
                                + " Patroni sets passwords when it makes the cluster"),
                patroni(
                        "PATRONI_CONFIGURATION",
                        "{postgresql: {parameters: {Debug_Print_Parse: yes}}}",
                        "has postgresql.parameters.Debug_Print_Parse=true, which cannot be used"
                                + " with Patroni: the server would log the statements by which"
                                + " Patroni sets passwords when it makes the cluster"),
                new Row(
                        Environments.patroni(
                                "USE_CITUS",
                                "true",
                                "CITUS_GROUP",
                                "0",
                                "PATRONI_CONFIGURATION",
                                "{bootstrap: {dcs: {postgresql: {parameters: {log_statement: [all]}}}}}"),
                        "PATRONI_CONFIGURATION",
                        "has bootstrap.dcs.postgresql.parameters.log_statement=[all], which cannot be"
                                + " used with Patroni: the server would log the statements by which"
                                + " Patroni sets passwords when it makes the cluster"),
                patroni(
                        "PATRONI_CONFIGURATION",
                        "{bootstrap: {initdb: [data-checksums, {set: log_statement_stats=on}]}}",
                        "has bootstrap.initdb: log_statement_stats=on, which cannot be used with"
                                + " Patroni: the server would log the statements by which Patroni"
                                + " sets passwords when it makes the cluster"),
                patroni(
                        "POSTGRES_INITDB_ARGS",
                        "-c log_min_messages=debug3",
                        "has log_min_messages=debug3, which cannot be used with Patroni: the server"
                                + " would log the statements by which Patroni sets passwords when it"
                                + " makes the cluster"),
                patroni("PROBE_PORT", "8008", "is the port of Patroni's REST API"),
                patroni("PGPORT", "8008", "is the port of Patroni's REST API"),
                patroni(
                        "POSTGRES_CONF_synchronous_standby_names",
                        "*",
                        "is Patroni's own: it follows the members that live"),
                new Row(
                        Environments.standalone("USE_CITUS", "yes"),
                        "POSTGRES_PASSWORD",
                        "must be set with USE_CITUS=true: the nodes log in to each other with it"),
                new Row(
                        Environments.citus("CITUS_ROLE", "worker"),
                        "CITUS_COORDINATOR_HOST",
                        "must be set with CITUS_ROLE=worker: a worker registers itself there"),
                new Row(
                        Environments.citus("CITUS_COORDINATOR_HOST", "co"),
                        "CITUS_COORDINATOR_HOST",
                        "names a coordinator, and this node is one itself (CITUS_ROLE=coordinator)"),
                new Row(
                        Environments.citus("POSTGRES_CONF_wal_level", "replica"),
                        "POSTGRES_CONF_wal_level",
                        "cannot be used with USE_CITUS=true: shards are moved by logical replication"),
                new Row(
                        Environments.patroni("USE_CITUS", "true"),
                        "CITUS_GROUP",
                        "must be set with USE_CITUS=true and USE_PATRONI=true: each primary and its"
                                + " standbys are one group of the Citus cluster"),
                new Row(
                        Environments.patroni("USE_CITUS", "true", "CITUS_GROUP", "-1"),
                        "CITUS_GROUP",
                        "must be a whole number, 0 or more"),
                standalone(
                        "USE_PATRONI",
                        "perhaps",
                        "must be true or false (also 1/0, yes/no, on/off)"),
                new Row(
                        Environments.primary("USE_PATRONI", "true"),
                        "HA_MODE",
                        "HA_MODE=native cannot be used with USE_PATRONI=true: only one of them can"
                                + " be active"),
                new Row(
                        Environments.primary("USE_CITUS", "true"),
                        "HA_MODE",
                        "HA_MODE=native cannot be used with USE_CITUS=true: native replication does"
                                + " not know Citus's nodes"));
    }

    static List<Row> values() {
        String duration =
                "must be a time such as 500ms, 60s, 5min or 1h (a bare number is seconds)";
        return List.of(
                standalone("PGPORT", "0", "must be a port number from 1 to 65535"),
                standalone("PGPORT", "65536", "must be a port number from 1 to 65535"),
                standalone("PGPORT", "x", "must be a port number from 1 to 65535"),
                standalone("PGDATA", "data", "must be an absolute path"),
                standalone("POSTGRES_INITDB_WALDIR", "wal", "must be an absolute path"),
                standalone("POSTGRES_USER", "a\nb", "must not contain control characters"),
                standalone(
                        "POSTGRES_DB",
                        "é".repeat(32),
                        "must be at most 63 bytes: PostgreSQL cuts longer names"),
                standalone(
                        "POSTGRES_PASSWORD",
                        "a\nb",
                        "must be one line: PostgreSQL's password file has no way to write a line"
                                + " break"),
                standalone(
                        "POSTGRES_HOST_AUTH_METHOD",
                        "md5\nhost all all all trust",
                        "must be one line: an authentication method of pg_hba.conf, then its"
                                + " options"),
                standalone(
                        "POSTGRES_INITDB_ARGS",
                        "--x=$(id)",
                        "has an unquoted $, which a shell would act upon; here nothing is"
                                + " executed"),
                standalone("LOG_LEVEL", "trace", "must be one of error, warn, info, debug"),
                standalone("LOG_FORMAT", "xml", "must be one of text, json"),
                standalone("STOP_GRACE", "soon", duration),
                replica("PRIMARY_WAIT", "-1s", duration),
                replica(
                        "PRIMARY_HOST",
                        "a,b",
                        "must be one host name or one IP address, without a port"),
                replica("PRIMARY_PORT", "5432/tcp", "must be a port number from 1 to 65535"),
                primary(
                        "REPLICATION_USER",
                        "pg_rep",
                        "must not be public or none or start with pg_: PostgreSQL reserves these"
                                + " names"),
                primary(
                        "REPLICATION_USER",
                        "none",
                        "must not be public or none or start with pg_: PostgreSQL reserves these"
                                + " names"),
                primary(
                        "REPLICATION_USER",
                        "/x",
                        "must not start with /: pg_hba.conf reads such a name as a regular"
                                + " expression"),
                primary(
                        "REPLICATION_USER",
                        "postgres",
                        "must not be the superuser (POSTGRES_USER): its password is on every"
                                + " replica"),
                primary("REPLICATION_NETWORK", " , ", "must name at least one network"),
                primary(
                        "REPLICATION_NETWORK",
                        "10.0.0.0/8 10.0.0.1",
                        "must be a list of CIDR networks (10.0.0.0/8, fd00::/8), samenet, or host"
                                + " names; this is none: 10.0.0.1"),
                replica(
                        "REPLICATION_REQUIRE_AUTH",
                        "scram-sha-256,peer",
                        "must be one of scram-sha-256, md5, password, none"),
                replica("REPLICATION_REQUIRE_AUTH", ",", "must name at least one method"),
                replica(
                        "REPLICATION_SSLMODE",
                        "always",
                        "must be one of disable, allow, prefer, require, verify-ca, verify-full"),
                replica(
                        "REPLICATION_SLOT",
                        "Slot-1",
                        "must be none, auto, or a slot name: lower case letters, digits and"
                                + " underscores, at most 63"));
    }

    static List<Row> combinations() {
        return List.of(
                new Row(
                        Environments.replica("REPLICATION_SSLMODE", "verify-full"),
                        "REPLICATION_SSLROOTCERT",
                        "must be set with REPLICATION_SSLMODE=verify-full"),
                new Row(
                        Environments.replica("REPLICATION_SSLMODE", "verify-ca"),
                        "REPLICATION_SSLROOTCERT",
                        "must be set with REPLICATION_SSLMODE=verify-ca"),
                new Row(
                        Environments.replica("REPLICATION_SSLKEY", "/k"),
                        "REPLICATION_SSLCERT",
                        "a client certificate and its key belong together"),
                new Row(
                        Environments.standalone("USE_PATRONI", "true", "PATRONI_ENABLE", "no"),
                        "PATRONI_ENABLE",
                        "contradicts USE_PATRONI, which means the same"),
                primary(
                        "POSTGRES_CONF_wal_level",
                        "Minimal",
                        "cannot be used with HA_MODE=native: replication needs wal_level replica or"
                                + " logical"),
                primary(
                        "POSTGRES_CONF_max_wal_senders",
                        "1",
                        "cannot be used with HA_MODE=native: a clone takes two WAL senders, each"
                                + " replica one more"),
                primary(
                        "SYNCHRONOUS_STANDBYS",
                        "db-2",
                        "must be a value of synchronous_standby_names: it cannot be read from '-2'"
                                + " on"),
                patroni(
                        "SYNCHRONOUS_STANDBYS",
                        "*",
                        "is not for Patroni, which sets synchronous_standby_names itself"),
                new Row(
                        Environments.primary(
                                "SYNCHRONOUS_STANDBYS", "*",
                                "POSTGRES_CONF_synchronous_standby_names", "*"),
                        "SYNCHRONOUS_STANDBYS",
                        "cannot be used with POSTGRES_CONF_synchronous_standby_names"));
    }

    @ParameterizedTest
    @MethodSource({"modes", "values", "combinations"})
    void it_is_refused_with_its_rule_and_a_remedy(Row row) {
        List<Problem> errors = Environments.errors(row.environment());
        assertThat(errors).extracting(Problem::variable).containsOnlyOnce(row.variable());
        assertThat(errors).extracting(Problem::rule).contains(row.rule());
        assertThat(errors).allSatisfy(error -> assertThat(error.remedy()).isNotBlank());
    }

    /// Arguments win over every file, and could not be changed once a standby streams.
    @ParameterizedTest
    @ValueSource(strings = {"synchronous_standby_names=a", "config_file=/etc/own.conf"})
    void synchronous_standbys_are_not_promised_beside_an_argument_that_wins(String argument) {
        Map<String, String> environment = Environments.primary("SYNCHRONOUS_STANDBYS", "*");
        assertThatThrownBy(() -> Environments.parse(environment, "-c", argument))
                .isInstanceOfSatisfying(
                        InvalidSettings.class,
                        invalid ->
                                assertThat(invalid.problems())
                                        .extracting(Problem::variable)
                                        .containsExactly("SYNCHRONOUS_STANDBYS"));
    }

    @Test
    void every_problem_is_told_at_once() {
        assertThat(
                        Environments.errors(
                                Environments.standalone(
                                        "HA_MODE", "native",
                                        "REPLICATION_ROLE", "replica",
                                        "USE_PATRONI", "true",
                                        "USE_CITUS", "1",
                                        "PGPORT", "x",
                                        "REPLICATION_NETWORK", "nowhere/1",
                                        "POSTGRES_CONF_port", "1")))
                .extracting(Problem::variable)
                .containsExactlyInAnyOrder(
                        "HA_MODE",
                        "HA_MODE",
                        "REPLICATION_PASSWORD",
                        "PRIMARY_HOST",
                        "PGPORT",
                        "REPLICATION_NETWORK",
                        "POSTGRES_CONF_port");
    }

    @Test
    void a_service_of_kubernetes_is_recognised_as_the_source_of_a_port() {
        assertThat(Environments.errors(Environments.replica("PRIMARY_PORT", "tcp://10.0.0.1:5432")))
                .singleElement()
                .extracting(Problem::remedy)
                .asString()
                .contains("enableServiceLinks: false");
    }

    @Test
    void a_configuration_mistake_ends_with_78() {
        InvalidSettings refused =
                catchThrowableOfType(
                        InvalidSettings.class,
                        () -> Environments.parse(Environments.standalone("PGPORT", "x")));
        assertThat(refused.exitCode()).isEqualTo(78);
    }

    @Test
    void what_has_no_effect_is_said_and_the_start_goes_on() {
        assertThat(
                        Environments.warnings(
                                Environments.standalone(
                                        "REPLICATION_ROLE", "replica",
                                        "REPLICATION_PASSWORD", "x",
                                        "PRIMARY_HOST", "db1")))
                .extracting(Problem::sentence)
                .containsExactly(
                        "REPLICATION_ROLE: has no effect without HA_MODE=native; set"
                                + " HA_MODE=native, or unset it",
                        "REPLICATION_PASSWORD: has no effect without HA_MODE=native; set"
                                + " HA_MODE=native, or unset it",
                        "PRIMARY_HOST: has no effect without HA_MODE=native; set HA_MODE=native, or"
                                + " unset it");
    }

    /// The list form of a compose file keeps the quotes.
    @Test
    @DisplayName("INIT-1: arguments of initdb that are quoted as a whole are told")
    void arguments_of_initdb_that_are_quoted_as_a_whole_are_told() {
        assertThat(
                        Environments.warnings(
                                Environments.standalone(
                                        "POSTGRES_INITDB_ARGS", "\"--data-checksums --no-sync\"")))
                .extracting(Problem::sentence)
                .singleElement()
                .asString()
                .contains("is one single argument", "remove the outer quotes");
        assertThat(
                        Environments.warnings(
                                Environments.standalone("POSTGRES_INITDB_ARGS", "--locale='a b'")))
                .isEmpty();
    }
}
