package io.pgentrypoint.config;

import io.pgentrypoint.settings.ServerTls;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Locale;
import java.util.Optional;

/// The rule that lets clients in, as the official image appends it when it creates a cluster. From
/// then on it is the user's: a restart does not bring back a rule that was removed.
public final class HostRule {

    private static final String SCRAM = "scram-sha-256";
    private static final String TRUST_WARNING =
            """
            # Warning: trust lets everyone who reaches this server in as any role, without a password.
            # See https://www.postgresql.org/docs/current/auth-trust.html
            """;

    private HostRule() {}

    /// @param major of the server that will read it
    public static String text(Settings settings, int major) {
        return text(
                settings.hostAuthMethod().orElseGet(() -> derived(settings, major)),
                settings.tls());
    }

    private static String text(String method, Optional<ServerTls> tls) {
        boolean trust = method.equals("trust") || method.startsWith("trust ");
        return (trust ? TRUST_WARNING : "") + HbaRule.everyone(method, tls).line() + "\n";
    }

    /// For a cluster that exists: its passwords may be stored in either way, and `md5` takes both
    /// (auth-password: with a SCRAM verifier it does what scram-sha-256 does).
    public static String forStoredPasswords(Settings settings) {
        return text(settings.hostAuthMethod().orElse("md5"), settings.tls());
    }

    /// As the official image: the method that fits the passwords this server will store.
    private static String derived(Settings settings, int major) {
        return settings.serverArguments()
                .setting("password_encryption")
                .or(() -> fromEnvironment(settings))
                .map(HostRule::fitting)
                .orElseGet(() -> builtIn(settings.mode(), major));
    }

    private static Optional<String> fromEnvironment(Settings settings) {
        return Optional.ofNullable(settings.serverSettings().get("password_encryption"));
    }

    // Only these two words ever reach the file. Before PostgreSQL 14, the words of a boolean meant
    // md5.
    private static String fitting(String passwordEncryption) {
        return switch (passwordEncryption.toLowerCase(Locale.ROOT)) {
            case "md5", "on", "true", "yes", "1" -> "md5";
            default -> SCRAM;
        };
    }

    private static String builtIn(Mode mode, int major) {
        return switch (mode) {
            case Mode.Standalone _ -> major >= 14 ? SCRAM : "md5";
            case Mode.NativePrimary _, Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ ->
                    SCRAM;
        };
    }
}
