package io.pgentrypoint.execute;

import io.pgentrypoint.render.Quoting;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Credentials;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role that replicas log in with. The server gets a verifier computed here, never the
/// password: what a statement holds can end in a log, whatever the settings say.
final class ReplicationRole {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationRole.class);

    private ReplicationRole() {}

    private record Existing(
            boolean superuser, boolean login, boolean replication, @Nullable String verifier) {}

    static void ensure(Connection connection, Credentials role) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            QuietSession.begin(connection, statement);
            Existing existing = find(connection, role.user());
            List<String> changes = new ArrayList<>();
            if (existing == null) {
                statement.execute(
                        "CREATE ROLE " + name(role) + " LOGIN REPLICATION " + secret(role));
                changes.add("created");
            } else {
                alter(statement, role, existing, changes);
            }
            connection.commit();
            if (changes.isEmpty()) {
                LOG.info("Replication role {}: right already", role.user());
            } else {
                LOG.info("Replication role {}: {}", role.user(), String.join(", ", changes));
            }
        }
    }

    private static void alter(
            Statement statement, Credentials role, Existing existing, List<String> changes)
            throws SQLException {
        if (existing.superuser()) {
            throw new Refusal(
                    ExitCode.CONFIGURATION,
                    "cannot use " + role.user() + " for replication: it is a superuser",
                    "set REPLICATION_USER to a role of its own");
        }
        if (!existing.login() || !existing.replication()) {
            statement.execute("ALTER ROLE " + name(role) + " LOGIN REPLICATION");
            changes.add("given LOGIN and REPLICATION");
        }
        // An md5 hash never counts: our rule asks for SCRAM, which cannot use one.
        if (!PasswordVerifier.isScramOf(existing.verifier(), role.password())) {
            statement.execute("ALTER ROLE " + name(role) + " " + secret(role));
            changes.add("password set to the environment's");
        }
    }

    private static @Nullable Existing find(Connection connection, String user) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT rolsuper, rolcanlogin, rolreplication, rolpassword"
                                + " FROM pg_catalog.pg_authid WHERE rolname = ?")) {
            query.setString(1, user);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? new Existing(
                                row.getBoolean(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getString(4))
                        : null;
            }
        }
    }

    // Utility statements take no parameters.
    private static String secret(Credentials role) {
        return "PASSWORD " + Quoting.sqlLiteral(PasswordVerifier.scram(role.password()));
    }

    private static String name(Credentials role) {
        return Quoting.sqlIdentifier(role.user());
    }
}
