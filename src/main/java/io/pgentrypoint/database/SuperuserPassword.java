package io.pgentrypoint.database;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.render.Quoting;
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
final class SuperuserPassword {

    private static final Logger LOG = LoggerFactory.getLogger(SuperuserPassword.class);
    private static final String WRONG_PASSWORD = "28P01";
    private static final String NO_SUCH_ROLE = "28000";
    private static final String HOW =
            "set POSTGRES_PASSWORD_SYNC=true to apply it at each start, or change it with ALTER ROLE";

    private SuperuserPassword() {}

    static void check(Step.CheckSuperuserPassword step, LocalServer server) throws SQLException {
        try (Connection connection =
                        server.open(step.user(), Optional.of(step.password()), "postgres");
                Statement statement = connection.createStatement()) {
            if (PasswordVerifier.isOf(
                    stored(connection, step.user()), step.user(), step.password())) {
                LOG.debug("The password of {} is the environment's", step.user());
            } else if (step.apply()) {
                apply(step, connection, statement);
            } else {
                LOG.warn(
                        "POSTGRES_PASSWORD is not the password of {} in this cluster, which keeps"
                                + " its own: {}",
                        step.user(),
                        HOW);
            }
        } catch (SQLException e) {
            explain(step, e);
        }
    }

    /// Where the socket asks for a password as well, the login has answered the question.
    private static void explain(Step.CheckSuperuserPassword step, SQLException e)
            throws SQLException {
        switch (String.valueOf(e.getSQLState())) {
            case WRONG_PASSWORD ->
                    LOG.warn(
                            "POSTGRES_PASSWORD is not the password of {} in this cluster, and"
                                    + " pg_hba.conf asks for one on the socket too{}",
                            step.user(),
                            step.apply()
                                    ? ", so that POSTGRES_PASSWORD_SYNC cannot set it: change it"
                                            + " with ALTER ROLE"
                                    : ": change it with ALTER ROLE");
            case NO_SUCH_ROLE ->
                    LOG.warn(
                            "POSTGRES_USER {} cannot log in to this cluster, which was made with"
                                    + " another one or does not let it in: {}. The variable counts"
                                    + " at the first start only",
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

    private static void apply(
            Step.CheckSuperuserPassword step, Connection connection, Statement statement)
            throws SQLException {
        QuietSession.begin(connection, statement);
        String verifier =
                encryption(statement).equals("md5")
                        ? PasswordVerifier.md5(step.user(), step.password())
                        : PasswordVerifier.scram(step.password());
        statement.execute(
                "ALTER ROLE "
                        + Quoting.sqlIdentifier(step.user())
                        + " PASSWORD "
                        + Quoting.sqlLiteral(verifier));
        connection.commit();
        LOG.info("The password of {} is the environment's now", step.user());
    }

    private static String encryption(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW password_encryption")) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
