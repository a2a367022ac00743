package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What is computed here is what libpq and the server compute of the same password.
class PasswordVerifierIT {

    /// Each is a case of SASLprep (RFC 4013): mapped, normalised, or not allowed, and then taken as
    /// it is.
    private static final List<String> SPECIAL =
            List.of(
                    "a\u00adb",
                    "\u00aa\u2168",
                    "a\u00a0b",
                    "\u0007bell",
                    "\u06271",
                    "\u0221unassigned",
                    "\ud83d\udc18",
                    "\ud83e\udee0newer",
                    "e\u0301",
                    "x".repeat(2000));

    @Test
    void libpq_logs_in_with_every_password() throws SQLException, IOException {
        try (RealCluster cluster = RealCluster.create("--auth-host=scram-sha-256").start()) {
            List<String> passwords = new ArrayList<>(SPECIAL);
            for (int i = 0; i < 40; i++) {
                passwords.add(
                        HostileText.oneLine(new SplittableRandom(HostileText.FIRST_SEED + i)));
            }
            try (Connection connection =
                    cluster.server().open("postgres", Optional.empty(), "postgres")) {
                for (String password : passwords) {
                    SuperuserPassword.set(
                            new OnPrivateServer.SetSuperuserPassword(
                                    "postgres", new Secret(password), true),
                            connection);
                    assertThat(login(cluster, password)).as(escaped(password)).isEmpty();
                }
            }
        }
    }

    private static String login(RealCluster cluster, String password) throws IOException {
        ProcessBuilder psql =
                new ProcessBuilder(
                        RealCluster.programs().resolve("psql").toString(),
                        "-Xqw",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(cluster.port()),
                        "-U",
                        "postgres",
                        "-c",
                        "");
        psql.environment().put("PGPASSWORD", password);
        Process process = psql.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().limit(40).forEach(c -> escaped.append(String.format("\\u%04x", c)));
        return escaped.toString();
    }
}
