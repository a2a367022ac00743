package io.pgentrypoint.connect;

import io.pgentrypoint.report.Secret;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postgresql.util.PSQLException;

/// Our own server, by its Unix socket, or over TCP where it has none that we can use.
///
/// @param host to connect to over TCP instead
public record LocalServer(Path socketDirectory, int port, Optional<String> host) {

    private static final String SECONDS_TO_CONNECT = "5";
    private static final String SECONDS_TO_LOG_IN = "10";

    // An address, not a name: no resolver is asked for a host that plays no part.
    private static final String LOOPBACK = "127.0.0.1";

    // Its length, and the code of an SSLRequest (protocol.h).
    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

    public LocalServer(Path socketDirectory, int port) {
        this(socketDirectory, port, Optional.empty());
    }

    /// @param listensAt the first of its addresses, as postmaster.pid has it
    static LocalServer overTcp(String listensAt, int port) {
        String host =
                switch (listensAt) {
                    case "*", "0.0.0.0" -> LOOPBACK;
                    case "::" -> "::1";
                    default -> listensAt;
                };
        return new LocalServer(Path.of(""), port, Optional.of(host));
    }

    public Path socketFile() {
        return socketDirectory.resolve(".s.PGSQL." + port);
    }

    /// Whether a server listens there: one of another container, where both share the directory.
    public boolean answers() {
        try (SocketChannel _ = UnixConnect.to(socketFile(), Duration.ofSeconds(1), () -> false)) {
            return true;
        } catch (ConnectException e) {
            // One that this user may not connect to is not this user's to replace.
            return Files.exists(socketFile()) && !Files.isWritable(socketFile());
        } catch (IOException e) {
            return true;
        }
    }

    /// Java cannot name a socket of the abstract namespace.
    public boolean isUnnameable() {
        return host.isEmpty() && socketDirectory.toString().startsWith("@");
    }

    private String place() {
        return host.map(name -> name + ":" + port).orElseGet(() -> socketFile().toString());
    }

    /// Whether it answers, as pg_isready asks: it needs no user, no password and no free
    /// connection, and leaves no line in the server's log. The answer comes from a new process of
    /// the server, so the server works; whether it lets sessions in, postmaster.pid says.
    public void ping(Duration timeout) throws IOException {
        try (Socket socket = host.isPresent() ? new Socket() : new UnixSocket(socketFile())) {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(host.orElse(LOOPBACK), port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(SSL_REQUEST);
            socket.getOutputStream().flush();
            if (socket.getInputStream().read() < 0) {
                throw new EOFException("it hangs up");
            }
        } catch (IOException e) {
            throw new IOException(place() + ": " + e.getMessage(), e);
        }
    }

    /// Connects and logs in, or gives up when the server says nothing for ten seconds. Statements
    /// are not limited: a checkpoint or a promotion takes what it takes, and a server that dies
    /// ends the connection.
    public Connection open(String user, Optional<Secret> password, String database)
            throws SQLException {
        Connection connection =
                open(user, password, database, Map.of("socketTimeout", SECONDS_TO_LOG_IN));
        // Only the login was limited.
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }

    /// For a question that must have an answer soon: each wait for the server is limited, and the
    /// server gives up a statement by itself.
    ///
    /// @param limit whole seconds, which are all that the driver takes
    public Connection openBriefly(
            String user, Optional<Secret> password, String database, Duration limit)
            throws SQLException {
        String seconds = String.valueOf(limit.toSeconds());
        return open(
                user,
                password,
                database,
                Map.of(
                        "connectTimeout",
                        seconds,
                        "socketTimeout",
                        seconds,
                        "options",
                        "-c statement_timeout=" + limit.toMillis()));
    }

    private Connection open(
            String user, Optional<Secret> password, String database, Map<String, String> more)
            throws SQLException {
        Map<String, String> properties = new TreeMap<>();
        properties.put("user", user);
        password.ifPresent(given -> properties.put("password", given.reveal()));
        if (host.isEmpty()) {
            properties.put("socketFactory", UnixSocketFactory.class.getName());
            properties.put("socketFactoryArg", socketFile().toString());
        }
        properties.put("sslmode", "disable");
        properties.put("gssEncMode", "disable");
        properties.put("ApplicationName", "entrypoint");
        properties.put("connectTimeout", SECONDS_TO_CONNECT);
        // The driver would start a thread for it, and at a stop none may be left to be had.
        properties.put("loginTimeout", "0");
        properties.putAll(more);
        try {
            return PostgresDriver.connect(url(database), properties);
        } catch (PSQLException e) {
            throw explained(e);
        }
    }

    private String url(String database) {
        String name = host.orElse(LOOPBACK);
        return "jdbc:postgresql://%s:%d/%s"
                .formatted(
                        name.contains(":") ? "[" + name + "]" : name,
                        port,
                        URLEncoder.encode(database, StandardCharsets.UTF_8));
    }

    /// The driver speaks of 127.0.0.1 and TCP; what happened is in the cause.
    private SQLException explained(PSQLException e) {
        Throwable root = e.getCause();
        if (root == null) {
            return e;
        }
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new SQLException(
                "cannot connect to the server at %s: %s".formatted(place(), root.getMessage()),
                e.getSQLState(),
                e);
    }
}
