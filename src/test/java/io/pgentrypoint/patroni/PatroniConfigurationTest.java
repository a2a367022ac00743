package io.pgentrypoint.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatroniConfigurationTest {

    private static PatroniConfiguration given(String document, String... variables) {
        TreeMap<String, Secret> map = new TreeMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], new Secret(variables[i + 1]));
        }
        return new PatroniConfiguration(
                Optional.of(document).filter(text -> !text.isEmpty()).map(Secret::new), map);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PATRONI_SCOPE                      | scope
                    PATRONI_RESTAPI_LISTEN             | restapi listen
                    PATRONI_RESTAPI_PASSWORD           | restapi authentication password
                    PATRONI_RESTAPI_CONNECT_ADDRESS    | restapi connect_address
                    PATRONI_POSTGRESQL_CONNECT_ADDRESS | postgresql connect_address
                    PATRONI_SUPERUSER_PASSWORD         | postgresql authentication superuser password
                    PATRONI_REWIND_SSLMODE             | postgresql authentication rewind sslmode
                    PATRONI_ETCD3_HOSTS                | etcd3 hosts
                    PATRONI_CONSUL_TOKEN               | consul token
                    PATRONI_KUBERNETES_SCOPE_LABEL     | kubernetes scope_label
                    """)
    void a_variable_is_where_patroni_puts_it(String name, String path) {
        assertThat(given("", name, "x").text(path.split(" "))).contains("x");
    }

    @Test
    void a_variable_wins_over_the_document_and_both_over_what_is_rendered() {
        PatroniConfiguration given =
                given("{scope: b, restapi: {listen: '0:1'}}", "PATRONI_SCOPE", "c");
        assertThat(given.over(Map.of("scope", "a", "name", "n")))
                .isEqualTo(Map.of("scope", "c", "name", "n", "restapi", Map.of("listen", "0:1")));
    }

    @Test
    void secrets_leave_the_environment_for_a_document() {
        PatroniConfiguration given =
                given(
                        "",
                        "PATRONI_ETCD3_PASSWORD",
                        "yes",
                        "PATRONI_ETCD3_USERNAME",
                        "u",
                        "PATRONI_SUPERUSER_PASSWORD",
                        "012");
        assertThat(YamlText.read(given.secrets().orElseThrow().reveal()))
                .isEqualTo(
                        Map.of(
                                "etcd3", Map.of("password", "yes"),
                                "postgresql",
                                        Map.of(
                                                "authentication",
                                                Map.of("superuser", Map.of("password", "012")))));
    }

    @Test
    void no_text_becomes_anything_but_itself() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("password", HostileText.oneLine(random));
            document.put("scope", "shop");
            assertThat(YamlText.read(YamlText.of(document))).isEqualTo(document);
        }
    }

    @Test
    void a_store_is_found_by_its_variables_or_in_the_document() {
        DcsAddress etcd =
                given("", "PATRONI_ETCD3_HOSTS", "a:1,b,[::1]:3", "PATRONI_SCOPE", "s")
                        .dcs()
                        .orElseThrow();
        assertThat(etcd.places())
                .containsExactly(
                        new HostPort("a", 1), new HostPort("b", 2379), new HostPort("::1", 3));
        assertThat(etcd.folder()).isEqualTo("/service/s/");
        DcsAddress list =
                given(
                                "{etcd3: {hosts: ['a:1', 'b:2'], protocol: https}, namespace: /ns/, scope: s}")
                        .dcs()
                        .orElseThrow();
        assertThat(list.title()).isEqualTo("etcd a:1, b:2");
        assertThat(list.tls()).isTrue();
        assertThat(list.folder()).isEqualTo("/ns/s/");
        assertThat(given("", "PATRONI_CONSUL_HOST", "c:8501").dcs())
                .map(DcsAddress::places)
                .contains(List.of(new HostPort("c", 8501)));
        assertThat(given("", "PATRONI_ZOOKEEPER_HOSTS", "'z1:2181','z2:2181'").dcs())
                .map(DcsAddress::title)
                .contains("ZooKeeper z1:2181, z2:2181");
        assertThat(given("", "PATRONI_KUBERNETES_LABELS", "{a: b}").dcs())
                .map(DcsAddress::title)
                .contains("the Kubernetes API");
        assertThat(given("scope: s").dcs()).isEmpty();
    }

    @Test
    void a_document_that_is_none_is_told_without_showing_it() {
        assertThat(PatroniConfiguration.flaw("a: s3cret: b"))
                .hasValueSatisfying(flaw ->
                        assertThat(flaw).contains("is no YAML", "line 1").doesNotContain("s3cret"));
        assertThat(PatroniConfiguration.flaw("- a")).contains("is not a mapping (name: value)");
        assertThat(PatroniConfiguration.flaw("a: b")).isEmpty();
    }

    @Test
    void no_flaw_of_a_document_shows_what_stands_there() {
        for (String value :
                List.of(
                        "0x",
                        "0b",
                        "1:99:0x_",
                        "2026-13-45",
                        "2026-01-01 99:99:99",
                        "*s3cret",
                        "!s3cret a",
                        "!!int s3cret",
                        "!!float s3cret",
                        "!!binary s3cret",
                        "!!timestamp s3cret",
                        "@s3cret",
                        "%s3cret",
                        "\"s3cret",
                        "{s3cret",
                        "&a *a",
                        "{s3cret: 1, s3cret: 2, ? {}",
                        "\t- s3cret\n s3cret")) {
            String document = "ttl: 30\npassword: " + value + "\n";
            assertThatCode(() -> PatroniConfiguration.masked(document)).doesNotThrowAnyException();
            assertThat(PatroniConfiguration.flaw(document).orElse(""))
                    .as(value)
                    .doesNotContain("s3cret", "0x", "0b", "99", "2026");
        }
        assertThat(PatroniConfiguration.flaw("a: !!int s3cret"))
                .hasValueSatisfying(flaw -> assertThat(flaw).startsWith("is no YAML"));
    }

    @Test
    void a_masked_document_shows_no_password() {
        assertThat(PatroniConfiguration.masked("{a: {password: s3cret, b: 1}, token: s3cret}"))
                .doesNotContain("s3cret")
                .contains("****", "1");
    }

    @Test
    void what_the_store_holds_otherwise_is_told_value_by_value() {
        Map<String, Object> asked =
                Map.of(
                        "ttl",
                        30,
                        "postgresql",
                        Map.of(
                                "parameters",
                                Map.of("max_connections", "200", "hot_standby", "on")));
        Map<String, Object> held =
                Map.of(
                        "ttl",
                        30.0,
                        "postgresql",
                        Map.of(
                                "parameters",
                                Map.of("max_connections", 100.0, "hot_standby", true)));
        assertThat(DcsDrift.between(asked, held))
                .containsExactly(
                        "postgresql.parameters.max_connections: asked for 200, in force is 100");
        assertThat(DcsDrift.between(asked, Map.of("ttl", 20)))
                .hasSize(3)
                .contains("ttl: asked for 30, in force is 20");
    }

    @Test
    void a_list_in_the_store_that_is_as_asked_for_is_no_difference() {
        Map<String, Object> held =
                JsonAnswer.parse("{\"ignore_slots\": [{\"type\": \"logical\"}], \"ttl\": null}")
                        .orElseThrow()
                        .tree();
        assertThat(
                        DcsDrift.between(
                                Map.of("ignore_slots", List.of(Map.of("type", "logical"))), held))
                .isEmpty();
    }
}
