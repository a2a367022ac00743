package io.pgentrypoint.connect;

import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/// Gives the JDBC driver the password only for a way to log in that is accepted. Whoever answers at
/// an address may ask for it in clear text, or for an MD5 hash that can be guessed offline. The
/// driver makes it by name, with the properties of the connection.
public final class GuardedPassword implements AuthenticationPlugin {

    /// A property of ours: the accepted ways, in the words of require_auth, with commas.
    static final String ACCEPTED = "acceptedAuthentication";

    private final List<String> accepted;
    private final String password;

    public GuardedPassword(Properties connection) {
        this.accepted = List.of(connection.getProperty(ACCEPTED, "").split(","));
        this.password = connection.getProperty("password", "");
    }

    @Override
    public char @Nullable [] getPassword(AuthenticationRequestType type) throws PSQLException {
        return switch (type) {
            case SASL -> guarded("scram-sha-256", "it asks for SCRAM");
            case MD5_PASSWORD -> guarded("md5", "it asks for an MD5 hash of the password");
            case CLEARTEXT_PASSWORD ->
                    guarded("password", "it asks for the password in clear text");
            case GSS -> guarded("gss", "it asks for GSSAPI");
        };
    }

    private char[] guarded(String method, String seen) throws PSQLException {
        if (!accepted.contains(method)) {
            throw new PSQLException(seen, PSQLState.CONNECTION_REJECTED);
        }
        return password.toCharArray();
    }
}
