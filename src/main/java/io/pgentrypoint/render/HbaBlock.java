package io.pgentrypoint.render;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Network;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Our block of pg_hba.conf, marks included. The first rule that matches decides, so what is
/// narrower comes first.
public final class HbaBlock {

    private static final String SCRAM = "scram-sha-256";
    private static final String TRUST_WARNING =
            """
            # Warning: trust lets everyone who reaches this server in as any role, without a password.
            # See https://www.postgresql.org/docs/current/auth-trust.html
            """;

    private HbaBlock() {}

    /// @param major of the server that will read it
    public static String text(Settings settings, int major) {
        String method = method(settings, major);
        StringBuilder text = new StringBuilder(Layout.HBA_BEGIN).append('\n');
        for (HbaRule rule : replication(settings.mode())) {
            text.append(rule.line()).append('\n');
        }
        if (method.equals("trust") || method.startsWith("trust ")) {
            text.append(TRUST_WARNING);
        }
        return text.append(HbaRule.everyone(method).line())
                .append('\n')
                .append(Layout.HBA_END)
                .append('\n')
                .toString();
    }

    private static List<HbaRule> replication(Mode mode) {
        return switch (mode) {
            case Mode.Standalone standalone -> List.of();
            case Mode.NativePrimary primary ->
                    rules(primary.replication().user(), primary.networks());
            // A replica can be promoted, and other replicas may follow it.
            case Mode.NativeReplica replica ->
                    rules(replica.replication().user(), replica.networks());
        };
    }

    private static List<HbaRule> rules(String user, List<Network> networks) {
        List<HbaRule> rules = new ArrayList<>();
        for (Network network : networks) {
            rules.add(HbaRule.replication(user, network));
        }
        return rules;
    }

    private static String method(Settings settings, int major) {
        return settings.hostAuthMethod().orElseGet(() -> derived(settings, major));
    }

    /// As the official image: the method that fits the passwords this server will store.
    private static String derived(Settings settings, int major) {
        return settings.serverArguments()
                .setting("password_encryption")
                .or(() -> fromEnvironment(settings))
                .map(HbaBlock::fitting)
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
            case Mode.Standalone standalone -> major >= 14 ? SCRAM : "md5";
            case Mode.NativePrimary primary -> SCRAM;
            case Mode.NativeReplica replica -> SCRAM;
        };
    }
}
