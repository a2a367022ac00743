package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.settings.mode.Credentials;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role that replicas log in with. The server gets a verifier computed here, never the
/// password: what a statement holds can end in a log, whatever the settings say.
public final class ReplicationUser {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationUser.class);

    private static final List<String> REWIND =
            List.of(
                    "pg_catalog.pg_ls_dir(text, boolean, boolean)",
                    "pg_catalog.pg_stat_file(text, boolean)",
                    "pg_catalog.pg_read_binary_file(text)",
                    "pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)");

    private ReplicationUser() {}

    private record Existing(
            boolean superuser, boolean login, boolean replication, @Nullable String verifier) {}

    public static void ensure(Connection connection, Credentials role) throws SQLException {
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
            grant(statement, role, changes);
            connection.commit();
            if (changes.isEmpty()) {
                LOG.info("Replication role {}: nothing to change", role.user());
            } else {
                LOG.info("Replication role {}: {}", role.user(), String.join(", ", changes));
            }
        }
    }

    private static void alter(
            Statement statement, Credentials role, Existing existing, List<String> changes)
            throws SQLException {
        if (existing.superuser()) {
            throw Refusals.superuserReplicates(role.user());
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

    /// For a node that comes back: pg_rewind reads files by these functions, and their rights are
    /// those of the database that it connects to. A base backup gives the role all of it anyway.
    private static void grant(Statement statement, Credentials role, List<String> changes)
            throws SQLException {
        List<String> missing = new ArrayList<>();
        try (ResultSet row =
                statement.executeQuery(
                        """
                        SELECT f FROM unnest(ARRAY[%s]) f WHERE NOT \
                        pg_catalog.has_function_privilege(%s, f, 'EXECUTE')\
                        """
                                .formatted(
                                        REWIND.stream()
                                                .map(Quoting::sqlLiteral)
                                                .collect(Collectors.joining(", ")),
                                        Quoting.sqlLiteral(role.user())))) {
            while (row.next()) {
                missing.add(String.valueOf(row.getString(1)));
            }
        }
        for (String function : missing) {
            statement.execute("GRANT EXECUTE ON FUNCTION " + function + " TO " + name(role));
        }
        if (!missing.isEmpty()) {
            changes.add("given what pg_rewind needs");
        }
        // Since 15; it lets that node ask for the checkpoint that its rewind waits for.
        try (ResultSet row =
                statement.executeQuery(
                        """
                        SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pg_checkpoint' \
                        AND NOT pg_catalog.pg_has_role(%s, oid, 'MEMBER')\
                        """
                                .formatted(Quoting.sqlLiteral(role.user())))) {
            if (!row.next()) {
                return;
            }
        }
        statement.execute("GRANT pg_checkpoint TO " + name(role));
        changes.add("given pg_checkpoint");
    }

    private static @Nullable Existing find(Connection connection, String user) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT rolsuper, rolcanlogin, rolreplication, rolpassword FROM \
                        pg_catalog.pg_authid WHERE rolname = ?\
                        """)) {
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
