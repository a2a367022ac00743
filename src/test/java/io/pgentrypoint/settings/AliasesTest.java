package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The names that other images use for the same.
class AliasesTest {

    @ParameterizedTest
    @CsvSource({"PATRONI_ENABLE, USE_PATRONI", "CITUS_ENABLE, USE_CITUS"})
    void an_alias_means_what_its_variable_means(String alias, String name) {
        assertThat(Environments.errors(Environments.primary(alias, "true")))
                .singleElement()
                .extracting(Problem::rule)
                .asString()
                .startsWith("HA_MODE=native cannot be used with " + name + "=true");
        assertThat(Environments.errors(Environments.primary(alias, "off"))).isEmpty();
    }

    @Test
    void an_alias_has_a_file_too(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("value"), "true\n");
        assertThat(
                        Environments.errors(
                                Environments.primary("PATRONI_ENABLE_FILE", file.toString())))
                .extracting(Problem::variable)
                .containsExactly("HA_MODE");
    }

    @Test
    void both_names_with_one_value_are_fine() {
        assertThat(
                        Environments.problems(
                                Environments.standalone(
                                        "USE_CITUS", "false", "CITUS_ENABLE", "false")))
                .isEmpty();
    }

    @Test
    void a_bad_value_is_told_under_the_name_that_holds_it() {
        assertThat(Environments.errors(Environments.standalone("CITUS_ENABLE", "ja")))
                .extracting(Problem::sentence)
                .containsExactly(
                        "CITUS_ENABLE=ja: must be true or false (also 1/0, yes/no, on/off);"
                                + " use one of them");
    }

    private static final Map<String, String> BITNAMI_REPLICA =
            Map.of(
                    "POSTGRESQL_REPLICATION_MODE", "slave",
                    "POSTGRESQL_MASTER_HOST", "db1",
                    "POSTGRESQL_MASTER_PORT_NUMBER", "5433",
                    "POSTGRESQL_REPLICATION_USER", "my_repl_user",
                    "POSTGRESQL_REPLICATION_PASSWORD", "my_repl_password",
                    "POSTGRESQL_USERNAME", "my_user",
                    "POSTGRESQL_PASSWORD", "password123",
                    "POSTGRESQL_MAX_CONNECTIONS", "300");

    @Test
    void bitnamis_replica_is_a_native_replica() {
        Settings settings = Environments.parse(BITNAMI_REPLICA);
        assertThat(settings.mode().title()).isEqualTo("native replica of db1:5433");
        assertThat(settings.superuser().name()).isEqualTo("my_user");
        assertThat(settings.superuser().password()).contains(new Secret("password123"));
        assertThat(settings.serverSettings()).containsEntry("max_connections", "300");
    }

    @Test
    void each_of_anothers_names_is_told_with_ours() {
        assertThat(Environments.warnings(BITNAMI_REPLICA))
                .extracting(Problem::sentence)
                .contains(
                        "POSTGRESQL_PASSWORD: is a name of another image, understood as"
                                + " POSTGRES_PASSWORD; use that one",
                        "POSTGRESQL_REPLICATION_MODE: is a name of another image, understood as"
                                + " HA_MODE=native; use that one",
                        "POSTGRESQL_MAX_CONNECTIONS: is a name of another image, understood as"
                                + " POSTGRES_CONF_max_connections; use that one")
                .doesNotHaveDuplicates()
                .noneMatch(sentence -> sentence.contains("password123"));
    }

    @Test
    void no_password_of_another_image_reaches_a_child() {
        Map<String, String> environment = new TreeMap<>(BITNAMI_REPLICA);
        environment.put("POSTGRESQL_POSTGRES_PASSWORD", "third");
        environment.put("REPMGR_PASSWORD", "fourth");
        assertThat(Environments.parse(environment).childEnvironment().values())
                .doesNotContain("password123", "my_repl_password", "third", "fourth");
    }

    @Test
    void a_name_of_ours_wins_over_a_switch_of_another_image() {
        Settings settings =
                Environments.parse(
                        Environments.standalone(
                                "POSTGRES_CONF_MAX_CONNECTIONS", "50",
                                "POSTGRESQL_MAX_CONNECTIONS", "300",
                                "BITNAMI_DEBUG", "true",
                                "LOG_LEVEL", "warn"));
        assertThat(settings.serverSettings()).containsEntry("max_connections", "50");
        assertThat(settings.logLevel()).isEqualTo("warn");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void two_names_for_one_thing_must_agree() {
        assertThat(
                        Environments.errors(
                                Environments.standalone(
                                        "POSTGRES_DB", "shop", "POSTGRESQL_DATABASE", "sales")))
                .extracting(Problem::sentence)
                .containsExactly(
                        "POSTGRESQL_DATABASE=sales: contradicts POSTGRES_DB, which means the same;"
                                + " unset one of them");
    }

    @Test
    void an_allowed_empty_password_is_trust_only_without_a_password() {
        assertThat(
                        Environments.parse(Environments.standalone("ALLOW_EMPTY_PASSWORD", "yes"))
                                .hostAuthMethod())
                .contains("trust");
        assertThat(
                        Environments.parse(
                                        Environments.standalone(
                                                "ALLOW_EMPTY_PASSWORD", "yes",
                                                "POSTGRESQL_PASSWORD", "x"))
                                .hostAuthMethod())
                .isEmpty();
    }

    @Test
    void the_shell_scripts_settings_are_understood() {
        assertThat(
                        Environments.parse(
                                        Environments.standalone(
                                                "POSTGRESQL_CONFIG_SHARED_BUFFERS", "1GB"))
                                .serverSettings())
                .containsEntry("shared_buffers", "1GB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POSTGRESQL_DATA_DIR | set PGDATA",
                "POSTGRESQL_LDAP_SERVER | entrypoint variables lists the known ones",
                "REPMGR_PARTNER_NODES | automatic failover is Patroni's: USE_PATRONI=true,"
                        + " docs/how-to/use-patroni.md; native replication is promoted by hand"
            })
    void what_has_no_counterpart_is_told(String name, String remedy) {
        assertThat(Environments.warnings(Environments.standalone(name, "x")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.variable()).isEqualTo(name);
                    assertThat(problem.remedy()).isEqualTo(remedy);
                });
    }
}
