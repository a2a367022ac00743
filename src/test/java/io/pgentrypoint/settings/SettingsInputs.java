package io.pgentrypoint.settings;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.InvalidSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

public final class SettingsInputs {

    private static final List<String> VALUES =
            List.of(
                    "native",
                    "replica",
                    "5432",
                    "1.5min",
                    "/var/lib/postgresql/data",
                    "db1,db2:5433,[fd00::2]:5432",
                    "10.0.0.0/8 fd00::/8 samenet",
                    "ANY 1 (db2, \"db-3\")",
                    "--data-checksums --locale='de DE'",
                    "scram-sha-256",
                    "slot_1");

    private SettingsInputs() {}

    public static List<ForeignInput> all() {
        List<ForeignInput> all = new ArrayList<>();
        all.add(
                new ForeignInput(
                        "value",
                        VALUES,
                        text -> {
                            BadValue refused = null;
                            for (Variable<?> variable : Variables.all()) {
                                try {
                                    Object _ = variable.parser().parse(text).hashCode();
                                } catch (BadValue e) {
                                    refused = e;
                                }
                            }
                            assert refused != null;
                        },
                        List.of(),
                        false));
        all.add(
                ForeignInput.of(
                                "environment",
                                text -> Environments.parse(environment(text)).title(),
                                lines(Environments.standalone("POSTGRES_PASSWORD", "x")),
                                lines(Environments.primary("PEER_HOSTS", "db2")),
                                lines(Environments.replica("REPLICATION_SLOT", "auto")),
                                lines(Environments.citus("CITUS_ROLE", "coordinator")),
                                lines(Environments.patroni()))
                        .refusing(InvalidSettings.class));
        all.add(
                ForeignInput.of(
                                "pem",
                                text -> {
                                    try {
                                        Pem.requireKeyOf(Pem.certificates(text).getFirst(), text);
                                    } catch (BadValue e) {
                                        throw new InvalidSettings(List.of());
                                    }
                                },
                                pem("both.pem"),
                                pem("chain.crt") + pem("ec-sec1.key"),
                                pem("rsa-pkcs1.key") + pem("rsa.crt"))
                        .refusing(InvalidSettings.class));
        all.add(
                ForeignInput.of(
                        "server-arguments",
                        text ->
                                new ServerArguments(List.of(text.split(" ", -1)))
                                        .setting("config_file"),
                        "-c config_file=/x --work-mem=4MB -D /y"));
        return all;
    }

    private static String pem(String file) {
        try {
            return Files.readString(Environments.tls(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A line for each variable. What would read a file that is none of the test's is left out.
    public static Map<String, String> environment(String text) {
        Map<String, String> environment = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.substring(0, equals).endsWith("_FILE")) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return environment;
    }

    public static String lines(Map<String, String> environment) {
        StringBuilder text = new StringBuilder();
        environment.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }
}
