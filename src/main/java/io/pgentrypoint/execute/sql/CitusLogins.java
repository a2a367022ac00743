package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.settings.mode.Credentials;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// With which password a role of this node logs in to the other nodes: pg_dist_authinfo, Citus's
/// own place for it, is readable by superusers only and used for its connections alone. A password
/// file would be every session's of this server.
final class CitusLogins {

    private static final Logger LOG = LoggerFactory.getLogger(CitusLogins.class);

    private CitusLogins() {}

    static boolean hasRole(Connection local, String role) throws SQLException {
        try (PreparedStatement query =
                local.prepareStatement("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /// @param local of no use after an error
    static void keep(Connection local, Credentials login) throws SQLException {
        String authinfo = "password=" + Quoting.conninfo(login.password().reveal());
        try (Statement statement = local.createStatement()) {
            QuietSession.begin(local, statement);
            if (!authinfo.equals(known(local, login.user()))) {
                write(local, login.user(), authinfo);
                LOG.info(
                        "Citus: {} logs in to the other nodes with the environment's password now",
                        login.user());
            }
            local.commit();
        }
        local.setAutoCommit(true);
    }

    private static String known(Connection local, String role) throws SQLException {
        try (PreparedStatement query =
                local.prepareStatement(
                        """
                        SELECT authinfo FROM pg_catalog.pg_dist_authinfo
                        WHERE nodeid = 0 AND rolename = ?::name
                        """)) {
            query.setString(1, role);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private static void write(Connection local, String role, String authinfo) throws SQLException {
        try (PreparedStatement delete =
                        local.prepareStatement(
                                """
                                DELETE FROM pg_catalog.pg_dist_authinfo
                                WHERE nodeid = 0 AND rolename = ?::name
                                """);
                PreparedStatement insert =
                        local.prepareStatement(
                                """
                                INSERT INTO pg_catalog.pg_dist_authinfo (nodeid, rolename, authinfo)
                                VALUES (0, ?::name, ?)
                                """)) {
            delete.setString(1, role);
            delete.executeUpdate();
            insert.setString(1, role);
            insert.setString(2, authinfo);
            insert.executeUpdate();
        }
    }
}
