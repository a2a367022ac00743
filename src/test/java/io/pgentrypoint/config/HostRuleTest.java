package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.settings.Environments;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostRuleTest {

    @Test
    void trust_comes_with_a_warning() {
        Golden.matches(
                "config/trust.hba",
                text(Environments.standalone("POSTGRES_HOST_AUTH_METHOD", "trust"), 17));
    }

    @Test
    void a_method_takes_its_options_along() {
        String ldap = "ldap ldapserver=ldap.example ldapprefix=\"cn=\"";
        assertThat(text(Environments.primary("POSTGRES_HOST_AUTH_METHOD", ldap), 17))
                .isEqualTo("host all all all " + ldap + "\n");
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
        return HostRule.text(Environments.parse(environment, arguments), major)
                .strip()
                .substring("host all all all ".length());
    }

    private static String text(Map<String, String> environment, int major) {
        return HostRule.text(Environments.parse(environment), major);
    }

    @Test
    void the_rule_of_a_new_cluster_asks_for_tls_and_a_certificate_where_the_variables_do() {
        Map<String, String> environment =
                Environments.standalone(
                        "TLS_CERT", Environments.tls("ec.crt").toString(),
                        "TLS_KEY", Environments.tls("ec.key").toString());
        assertThat(HostRule.text(Environments.parse(environment), 17))
                .isEqualTo("host all all all scram-sha-256\n");
        environment.put("TLS_REQUIRE", "true");
        assertThat(HostRule.text(Environments.parse(environment), 17))
                .isEqualTo("hostssl all all all scram-sha-256\n");
        environment.put("TLS_CA", Environments.tls("rsa.crt").toString());
        environment.put("TLS_CLIENT_AUTH", "verify-full");
        assertThat(HostRule.text(Environments.parse(environment), 17))
                .isEqualTo("hostssl all all all scram-sha-256 clientcert=verify-full\n");
    }
}
