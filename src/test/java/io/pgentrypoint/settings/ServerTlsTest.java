package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The certificate and the key are checked before a server has them.
class ServerTlsTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "ec.crt, ec.key",
        "ec.crt, ec-sec1.key",
        "rsa.crt, rsa.key",
        "rsa.crt, rsa-pkcs1.key",
        "ed25519.crt, ed25519.key",
        "chain.crt, ec.key",
        "both.pem, both.pem"
    })
    void a_pair_in_the_formats_of_openssl_and_cert_manager_is_taken(String crt, String key)
            throws IOException {
        Settings settings = Environments.parse(pair(crt, key));
        TlsPair pair = settings.tls().orElseThrow().pair().orElseThrow();
        assertThat(pair.certificate()).isEqualTo(Files.readString(Environments.tls(crt)));
        assertThat(pair.key().reveal()).isEqualTo(Files.readString(Environments.tls(key)));
        assertThat(pair.end()).isPresent();
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ec.crt, other.key, TLS_KEY, does not belong to the certificate",
        "ec.crt, rsa.key, TLS_KEY, does not belong to the certificate",
        "rsa.crt, ec-sec1.key, TLS_KEY, does not belong to the certificate",
        "ec.crt, encrypted.key, TLS_KEY, has a passphrase",
        "ec.crt, encrypted-sec1.key, TLS_KEY, has a passphrase",
        "ec.crt, ec.crt, TLS_KEY, holds no private key",
        "ec.key, ec.key, TLS_CERT, holds no certificate"
    })
    void a_pair_that_no_server_could_use_is_refused(
            String crt, String key, String variable, String rule) {
        assertThat(Environments.errors(pair(crt, key)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.variable()).isEqualTo(variable);
                    assertThat(problem.rule()).contains(rule);
                });
    }

    @Test
    void a_damaged_certificate_or_key_is_refused() throws IOException {
        assertThat(rules(damaged("ec.crt", "BEGIN"), Environments.tls("ec.key")))
                .containsExactly("certificate 1 of the file is damaged");
        assertThat(rules(damaged("chain.crt", "END"), Environments.tls("ec.key")))
                .containsExactly("certificate 2 of the file is damaged");
        assertThat(rules(Environments.tls("ec.crt"), damaged("ec.key", "BEGIN")))
                .containsExactly("the key does not belong to the certificate in TLS_CERT");
    }

    private List<String> rules(Path crt, Path key) {
        return Environments.errors(
                        Environments.standalone(
                                "TLS_CERT", crt.toString(), "TLS_KEY", key.toString()))
                .stream()
                .map(Problem::rule)
                .toList();
    }

    private Path damaged(String name, String after) throws IOException {
        String text = Files.readString(Environments.tls(name));
        int at = text.indexOf("-----\nMI", text.indexOf(after)) + 6;
        return Files.writeString(
                directory.resolve(name), text.substring(0, at) + "AA" + text.substring(at + 2));
    }

    @Test
    void a_certificate_that_has_ended_is_a_warning_so_that_a_restart_ends_nothing() {
        Settings settings = Environments.parse(pair("ended.crt", "ended.key"));
        assertThat(settings.warnings())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.sentence())
                                .contains("the certificate ended at", "within 10 s"));
        assertThat(settings.tls()).isPresent();
    }

    @Test
    void a_key_that_cannot_be_read_is_refused_with_its_path() {
        Map<String, String> environment = pair("ec.crt", "ec.key");
        environment.put("TLS_KEY", directory.resolve("none").toString());
        assertThat(Environments.errors(environment))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.sentence())
                                .contains("TLS_KEY=" + directory.resolve("none"), "no such file"));
    }

    @Test
    void the_text_of_a_key_in_place_of_its_path_is_refused_and_not_shown() throws IOException {
        String key = Files.readString(Environments.tls("ec.key"));
        Map<String, String> environment = pair("ec.crt", "ec.key");
        environment.remove("TLS_KEY");
        environment.put("TLS_KEY_FILE", Environments.tls("ec.key").toString());
        assertThat(Environments.errors(environment))
                .extracting(Problem::sentence)
                .anyMatch(said -> said.contains("set it to the path of the file"))
                .noneMatch(said -> said.contains(key.lines().skip(1).findFirst().orElseThrow()));
    }

    @Test
    void what_asks_for_tls_needs_a_pair() {
        assertThat(errors(Environments.standalone("TLS_REQUIRE", "true")))
                .containsExactly("TLS_REQUIRE");
        assertThat(errors(Environments.standalone("TLS_CLIENT_AUTH", "verify-ca")))
                .containsExactly("TLS_CLIENT_AUTH");
        assertThat(errors(Environments.standalone("TLS_CA", "/ca.crt"))).containsExactly("TLS_CA");
        assertThat(errors(Environments.standalone("TLS_KEY", "/tls.key")))
                .containsExactly("TLS_CERT");
    }

    @Test
    void rules_that_contradict_each_other_are_refused() {
        Map<String, String> environment = pair("ec.crt", "ec.key");
        environment.put("TLS_CLIENT_AUTH", "verify-full");
        assertThat(errors(environment)).containsExactly("TLS_CLIENT_AUTH");
        environment.put("TLS_CA", Environments.tls("rsa.crt").toString());
        assertThat(errors(environment)).isEmpty();
        environment.put("TLS_REQUIRE", "false");
        assertThat(errors(environment)).containsExactly("TLS_REQUIRE");
        environment.remove("TLS_REQUIRE");
        environment.putAll(Environments.primary("REPLICATION_SSLMODE", "disable"));
        assertThat(errors(environment)).containsExactly("REPLICATION_SSLMODE");
    }

    @Test
    void a_member_of_patroni_has_its_certificate_from_the_servers_settings() {
        Map<String, String> environment = pair("ec.crt", "ec.key");
        environment.putAll(Environments.patroni());
        assertThat(errors(environment)).containsExactly("TLS_CERT");
    }

    @Test
    void a_node_without_files_makes_its_own_certificate_and_names_its_host() {
        Map<String, String> environment = Environments.standalone("TLS", "self-signed");
        environment.put("TLS_CA", Environments.tls("rsa.crt").toString());
        environment.put("TLS_CLIENT_AUTH", "verify-ca");
        ServerTls tls = Environments.parse(environment).tls().orElseThrow();
        assertThat(tls.pair()).isEmpty();
        assertThat(tls.name()).isEqualTo(Environments.HOST_NAME);
        assertThat(tls.required()).isTrue();
        environment.putAll(pair("ec.crt", "ec.key"));
        assertThat(errors(environment)).containsExactly("TLS");
        environment = Environments.patroni("TLS", "self-signed");
        assertThat(errors(environment)).containsExactly("TLS");
    }

    private static List<String> errors(Map<String, String> environment) {
        return Environments.errors(environment).stream().map(Problem::variable).toList();
    }

    private static Map<String, String> pair(String crt, String key) {
        return Environments.standalone(
                "TLS_CERT", Environments.tls(crt).toString(),
                "TLS_KEY", Environments.tls(key).toString());
    }
}
