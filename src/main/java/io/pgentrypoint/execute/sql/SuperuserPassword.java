package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.report.Secret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// POSTGRES_PASSWORD makes the superuser's password at the first start and is not looked at again,
/// as with the official image. Who changes it there and wonders is told.
public final class SuperuserPassword {

    private static final Logger LOG = LoggerFactory.getLogger(SuperuserPassword.class);
    private static final String WRONG_PASSWORD = "28P01";
    private static final String NO_SUCH_ROLE = "28000";
    private static final String HOW =
            "set POSTGRES_PASSWORD_SYNC=true to apply it at each start, or change it with ALTER ROLE";

    private SuperuserPassword() {}

    /// Of a new cluster. A login rule of POSTGRES_HOST_AUTH_METHOD that asks for SCRAM cannot use
    /// an md5 hash.
    public static void set(OnPrivateServer.SetSuperuserPassword step, Connection connection)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            set(connection, statement, step.user(), step.password(), step.scram());
        }
    }

    static void check(Live.CheckSuperuserPassword step, LocalServer server) throws SQLException {
        try (Connection connection =
                        server.open(step.user(), Optional.of(step.password()), "postgres");
                Statement statement = connection.createStatement()) {
            if (PasswordVerifier.isOf(
                    stored(connection, step.user()), step.user(), step.password())) {
                LOG.debug("The password of {} is the environment's", step.user());
            } else if (step.apply()) {
                set(connection, statement, step.user(), step.password(), false);
                LOG.info("The password of {} is the environment's now", step.user());
            } else {
                LOG.warn(
                        """
                        POSTGRES_PASSWORD is not the password of {} in this cluster, \
                        which keeps its own: {}\
                        """,
                        step.user(),
                        HOW);
            }
        } catch (SQLException e) {
            explain(step, e);
        }
    }

    /// Where the socket asks for a password as well, the login has answered the question.
    private static void explain(Live.CheckSuperuserPassword step, SQLException e)
            throws SQLException {
        switch (String.valueOf(e.getSQLState())) {
            case WRONG_PASSWORD ->
                    LOG.warn(
                            """
                            POSTGRES_PASSWORD is not the password of {} in this cluster, \
                            and pg_hba.conf asks for one on the socket too{}\
                            """,
                            step.user(),
                            step.apply()
                                    ? """
                                    , so that POSTGRES_PASSWORD_SYNC cannot set it: \
                                    change it with ALTER ROLE\
                                    """
                                    : ": change it with ALTER ROLE");
            case NO_SUCH_ROLE ->
                    LOG.warn(
                            """
                            POSTGRES_USER {} cannot log in to this cluster, which was \
                            made with another one or does not let it in: {}. The variable \
                            counts at the first start only\
                            """,
                            step.user(),
                            e.getMessage());
            default -> throw e;
        }
    }

    private static String stored(Connection connection, String role) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = ?")) {
            query.setString(1, role);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        }
    }

    private static void set(
            Connection connection, Statement statement, String user, Secret password, boolean scram)
            throws SQLException {
        QuietSession.begin(connection, statement);
        String verifier =
                !scram && encryption(statement).equals("md5")
                        ? PasswordVerifier.md5(user, password)
                        : PasswordVerifier.scram(password);
        statement.execute(
                "ALTER ROLE %s PASSWORD %s"
                        .formatted(Quoting.sqlIdentifier(user), Quoting.sqlLiteral(verifier)));
        connection.commit();
    }

    private static String encryption(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW password_encryption")) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
