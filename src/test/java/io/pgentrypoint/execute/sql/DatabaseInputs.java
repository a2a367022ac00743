package io.pgentrypoint.execute.sql;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.report.Secret;
import java.util.List;

public final class DatabaseInputs {

    private static final Secret PASSWORD = new Secret("x");

    private DatabaseInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "password-verifier",
                        text -> PasswordVerifier.isOf(text, "postgres", PASSWORD),
                        "SCRAM-SHA-256$1:c2FsdHNhbHRzYWx0c2FsdA==$a2V5:a2V5",
                        PasswordVerifier.md5("postgres", PASSWORD)));
    }
}
