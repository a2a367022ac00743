package io.pgentrypoint.connect;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers on the port of a server that does not run yet, as PostgreSQL does while it starts:
/// whoever connects gets the error cannot_connect_now. Its DETAIL says what this node is, so that
/// other nodes learn it without a login and without another port.
///
/// One connection at a time: an answer takes no time, and a client that says nothing has a second.
public final class NotReadyServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotReadyServer.class);

    // pqcomm.h, auth.h
    private static final int PROTOCOL = 3 << 16;
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int LONGEST_STARTUP = 10_000;
    private static final int LONGEST_ANSWER = 30_000;
    private static final int MILLIS = 1000;
    private static final String NAME = "application_name";

    private final ServerSocket socket;
    private final UnaryOperator<String> details;
    private final String hint;

    private NotReadyServer(ServerSocket socket, UnaryOperator<String> details, String hint) {
        this.socket = socket;
        this.details = details;
        this.hint = hint;
    }

    /// Answers until it is closed, on every address.
    ///
    /// @param detail for the other nodes
    /// @param hint for people
    public static NotReadyServer open(int port, String detail, String hint) throws IOException {
        return open(port, _ -> detail, hint);
    }

    /// @param details from what a client calls itself (application_name) to the answer; it is
    ///   called for one client after the other
    public static NotReadyServer open(int port, UnaryOperator<String> details, String hint)
            throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        NotReadyServer server = new NotReadyServer(socket, details, hint);
        Thread.ofPlatform().daemon().name("not ready").start(server::serve);
        return server;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.setSoTimeout(MILLIS);
                answer(client);
            } catch (IOException e) {
                LOG.debug("A client of the port went away", e);
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("Cannot answer on the port of the server: {}", e.toString());
            }
        }
    }

    private void answer(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        // Encryption is asked for twice at most, and declined.
        for (int packet = 0; packet < 3; packet++) {
            int length = in.readInt();
            if (length < 8 || length > LONGEST_STARTUP) {
                return;
            }
            int code = in.readInt();
            byte[] parameters = in.readNBytes(length - 8);
            if (parameters.length < length - 8) {
                return;
            }
            if (code != SSL_REQUEST && code != GSS_REQUEST) {
                out.write(error(details.apply(name(parameters)), hint));
                out.flush();
                return;
            }
            out.write('N');
            out.flush();
        }
    }

    /// What a startup packet has as the client's name; empty where it has none.
    static String name(byte[] parameters) {
        String[] words = new String(parameters, StandardCharsets.UTF_8).split("\0", -1);
        for (int i = 0; i + 1 < words.length; i += 2) {
            if (words[i].equals(NAME)) {
                return words[i + 1];
            }
        }
        return "";
    }

    private static byte[] error(String detail, String hint) {
        Map<Character, String> fields = new LinkedHashMap<>();
        fields.put('S', "FATAL");
        fields.put('V', "FATAL");
        fields.put('C', "57P03");
        fields.put('M', "the database system is not yet accepting connections");
        fields.put('D', detail);
        fields.put('H', hint);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach((type, text) -> {
            body.write(type);
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        });
        body.write(0);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write('E');
        message.writeBytes(
                java.nio.ByteBuffer.allocate(Integer.BYTES)
                        .putInt(body.size() + Integer.BYTES)
                        .array());
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    /// The DETAIL of what answers there, whoever it is; empty where a server does, or nobody.
    public static Optional<String> ask(HostPort place, Duration timeout) {
        return ask(place, timeout, "pg-entrypoint");
    }

    /// The same, from a client of that name.
    public static Optional<String> ask(HostPort place, Duration timeout, String name) {
        try (Socket client = new Socket()) {
            int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
            client.setSoTimeout(millis);
            client.connect(new InetSocketAddress(place.host(), place.port()), millis);
            byte[] parameters =
                    "user\0pg-entrypoint\0database\0postgres\0%s\0%s\0\0"
                            .formatted(NAME, name)
                            .getBytes(StandardCharsets.UTF_8);
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            DataOutputStream start = new DataOutputStream(packet);
            start.writeInt(2 * Integer.BYTES + parameters.length);
            start.writeInt(PROTOCOL);
            start.write(parameters);
            out.write(packet.toByteArray());
            out.flush();
            DataInputStream in = new DataInputStream(client.getInputStream());
            return in.readByte() == 'E' ? detail(in) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("{} does not answer", place, e);
            return Optional.empty();
        }
    }

    private static Optional<String> detail(DataInputStream in) throws IOException {
        int length = in.readInt() - Integer.BYTES;
        if (length < 0 || length > LONGEST_ANSWER) {
            return Optional.empty();
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        for (String field : text.split("\0", -1)) {
            if (field.startsWith("D")) {
                return Optional.of(field.substring(1));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("The port is given back at the end of this process", e);
        }
    }
}
