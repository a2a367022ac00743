package io.pgentrypoint.connect;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// What the server itself said about a failure. Without one, the failure is the driver's, the
/// kernel's or the network's.
///
/// @param routine the server's function that said it; unlike the text it is never translated
public record ServerMessage(String text, String routine) {

    public static Optional<ServerMessage> of(SQLException e) {
        if (e instanceof PSQLException answered) {
            ServerErrorMessage message = answered.getServerErrorMessage();
            if (message != null) {
                return Optional.of(
                        new ServerMessage(
                                String.valueOf(message.getMessage()),
                                String.valueOf(message.getRoutine())));
            }
        }
        return Optional.empty();
    }
}
