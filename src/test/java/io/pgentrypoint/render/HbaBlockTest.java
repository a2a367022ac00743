package io.pgentrypoint.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.settings.Environments;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HbaBlockTest {

    @Test
    void a_standalone_node_lets_everyone_in_with_a_password() {
        golden("standalone", Environments.standalone(), 17);
    }

    @Test
    void a_native_primary_lets_its_replicas_in_first() {
        golden("native-primary", Environments.primary(), 17);
    }

    @Test
    void a_native_replica_has_the_same_rules_as_its_primary() {
        assertThat(HbaBlock.text(Environments.parse(Environments.replica()), 17))
                .isEqualTo(HbaBlock.text(Environments.parse(Environments.primary()), 17));
    }

    @Test
    void each_network_has_its_rule_and_keywords_stay_bare() {
        golden(
                "networks",
                Environments.primary(
                        "REPLICATION_USER", "all",
                        "REPLICATION_NETWORK",
                                "10.0.0.0/8 fd00::/8,samenet .replicas.example db2_1"),
                17);
    }

    @Test
    void trust_comes_with_a_warning() {
        golden("trust", Environments.standalone("POSTGRES_HOST_AUTH_METHOD", "trust"), 17);
    }

    @Test
    void a_method_takes_its_options_along() {
        golden(
                "ldap",
                Environments.primary(
                        "POSTGRES_HOST_AUTH_METHOD",
                        "ldap ldapserver=ldap.example ldapprefix=\"cn=\""),
                17);
    }

    @ParameterizedTest
    @CsvSource({
        "13, md5",
        "14, scram-sha-256",
        "18, scram-sha-256",
    })
    void the_method_of_a_standalone_node_fits_the_default_of_its_server(int major, String method) {
        assertThat(method(Environments.standalone(), major)).isEqualTo(method);
    }

    @Test
    void a_native_node_stores_and_asks_for_scram_on_any_version() {
        assertThat(method(Environments.primary(), 13)).isEqualTo("scram-sha-256");
        assertThat(method(Environments.replica(), 13)).isEqualTo("scram-sha-256");
    }

    @ParameterizedTest
    @CsvSource({
        "md5, md5",
        "MD5, md5",
        "on, md5",
        "scram-sha-256, scram-sha-256",
        "'scram-sha-256\nhost all all all trust', scram-sha-256",
        "trust, scram-sha-256"
    })
    void the_method_follows_password_encryption_and_is_one_of_two_words(
            String encryption, String method) {
        assertThat(
                        method(
                                Environments.primary(
                                        "POSTGRES_CONF_password_encryption", encryption),
                                17))
                .isEqualTo(method);
    }

    @Test
    void an_argument_of_the_server_decides_over_the_environment() {
        assertThat(
                        method(
                                Environments.standalone(
                                        "POSTGRES_CONF_password_encryption", "scram-sha-256"),
                                17,
                                "-c",
                                "password_encryption=md5"))
                .isEqualTo("md5");
    }

    @Test
    void the_method_that_the_user_names_decides_over_all() {
        assertThat(
                        method(
                                Environments.standalone(
                                        "POSTGRES_HOST_AUTH_METHOD", "cert",
                                        "POSTGRES_CONF_password_encryption", "md5"),
                                17,
                                "-c",
                                "password_encryption=md5"))
                .isEqualTo("cert");
    }

    private static String method(Map<String, String> environment, int major, String... arguments) {
        String last =
                HbaBlock.text(Environments.parse(environment, arguments), major)
                        .lines()
                        .filter(line -> line.startsWith("host all"))
                        .reduce("", (before, line) -> line);
        return last.substring("host all all all ".length());
    }

    private static void golden(String name, Map<String, String> environment, int major) {
        Golden.matches(
                "render/" + name + ".hba", HbaBlock.text(Environments.parse(environment), major));
    }
}
