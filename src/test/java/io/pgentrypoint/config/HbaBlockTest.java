package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.settings.Environments;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HbaBlockTest {

    @Test
    void nobody_replicates_from_a_standalone_node() {
        assertThat(HbaBlock.text(Environments.parse(Environments.standalone()))).isEmpty();
    }

    @Test
    void a_native_primary_lets_its_replicas_in_and_nobody_else() {
        golden("native-primary", Environments.primary());
    }

    @Test
    void a_native_replica_has_the_same_rules_as_its_primary() {
        assertThat(HbaBlock.text(Environments.parse(Environments.replica())))
                .isEqualTo(HbaBlock.text(Environments.parse(Environments.primary())));
    }

    @Test
    void each_network_has_its_rule_and_keywords_stay_bare() {
        golden(
                "networks",
                Environments.primary(
                        "REPLICATION_USER", "all",
                        "REPLICATION_NETWORK",
                                "10.0.0.0/8 fd00::/8,samenet .replicas.example db2_1"));
    }

    @Test
    void with_tls_required_the_rules_are_for_tls_only() {
        golden(
                "tls-required",
                Environments.primary(
                        "TLS_CERT", Environments.tls("ec.crt").toString(),
                        "TLS_KEY", Environments.tls("ec.key").toString(),
                        "TLS_REQUIRE", "true"));
    }

    @Test
    void replicas_show_a_certificate_where_clients_must() {
        golden(
                "tls-client-certificates",
                Environments.primary(
                        "TLS_CERT", Environments.tls("ec.crt").toString(),
                        "TLS_KEY", Environments.tls("ec.key").toString(),
                        "TLS_CA", Environments.tls("rsa.crt").toString(),
                        "TLS_CLIENT_AUTH", "verify-ca"));
    }

    private static void golden(String name, Map<String, String> environment) {
        Golden.matches(
                "config/" + name + ".hba",
                HbaBlock.text(Environments.parse(environment)).orElseThrow());
    }
}
