package io.pgentrypoint.patroni;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

public final class PatroniInputs {

    private PatroniInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "patroni-configuration",
                        PatroniInputs::configuration,
                        """
                        scope: shop
                        etcd3: {hosts: ['a:1', 'b:2']}
                        bootstrap:
                          dcs: &dcs
                            ttl: 30
                            postgresql:
                              parameters: {max_connections: 100}
                        postgresql:
                          authentication:
                            superuser: {password: "x"}
                        other: *dcs
                        """,
                        "a: &a [b]\nc: [*a, *a]\n",
                        "d: 2001-12-14t21:59:43.10-05:00\ne: 0x1F\nf: 1:30\ng: ~\n"),
                ForeignInput.of(
                        "etcd-answer",
                        text -> {
                            Optional<String> _ = Etcd.value(new Http.Answer(200, text));
                            Dcs.Unusable _ = Etcd.unusable(new Http.Answer(500, text));
                        },
                        "{\"kvs\":[{\"key\":\"L3M=\",\"value\":\"NzMwMQ==\"}],\"count\":\"1\"}",
                        "{\"error\":\"etcdserver: invalid auth token\",\"code\":16}"),
                ForeignInput.of(
                        "patroni-answer",
                        text ->
                                JsonAnswer.parse(text)
                                        .ifPresent(answer -> {
                                            RestApi.Member _ = RestApi.member(answer);
                                            Optional<String> _ = RestApi.leader(answer);
                                            DcsDrift.between(
                                                    Map.of("ttl", 30, "loop_wait", Map.of("a", 1)),
                                                    answer.tree());
                                        }),
                        "{\"role\":\"leader\",\"state\":\"running\",\"dcs_last_seen\":1700000000}",
                        "{\"members\":[{\"name\":\"a\",\"role\":\"leader\",\"state\":\"running\"}]}",
                        "{\"ttl\":30.0,\"loop_wait\":{\"a\":\"1e2\"},\"x\":[1,{}]}"),
                ForeignInput.of(
                        "host-and-port",
                        text -> {
                            var _ = HostPort.parse(text, 1).map(HostPort::toString);
                        },
                        "http://[::1]:2379/x",
                        "a:1"),
                ForeignInput.of("certificates", PatroniInputs::certificates, "-----BEGIN")
                        .refusing(GeneralSecurityException.class));
    }

    private static void configuration(String text) {
        if (PatroniConfiguration.flaw(text).isPresent()) {
            return;
        }
        PatroniConfiguration given =
                new PatroniConfiguration(
                        Optional.of(new Secret(text)),
                        new TreeMap<>(Map.of("PATRONI_RESTAPI_LISTEN", new Secret(":8008"))));
        var _ = given.dcs().map(DcsAddress::title);
        given.restPort();
        given.text("scope");
        YamlText.of(given.over(Map.of("bootstrap", Map.of("dcs", Map.of("ttl", 10)))));
        PatroniConfiguration.masked(text);
        DcsDrift.between(given.section("bootstrap", "dcs"), given.section("postgresql"));
    }

    private static void certificates(String text) throws IOException {
        Path file = Files.createTempFile("certificate", ".pem");
        try {
            // What is no text is no certificate.
            Files.write(file, text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            DcsAddress address =
                    new DcsAddress(
                            DcsAddress.Kind.ETCD3,
                            List.of(),
                            true,
                            Optional.of(file.toString()),
                            Optional.of(file.toString()),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            "/");
            Certificates.canRead(address);
            Certificates.of(address);
        } catch (IOException | GeneralSecurityException e) {
            // Both are said as "no agreement on TLS".
        } finally {
            Files.delete(file);
        }
    }
}
