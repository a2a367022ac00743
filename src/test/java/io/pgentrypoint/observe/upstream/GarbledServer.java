package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// In the place of an upstream that lets everybody in: it says one thing, whatever it is asked, and
/// hangs up.
final class GarbledServer {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private GarbledServer() {}

    /// A text stands for bytes, as Latin-1.
    static Upstream ask(String answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server, answer));
            return new UpstreamReader().ask(replica(server.getLocalPort()), 1, TIMEOUT);
        }
    }

    private static void serve(ServerSocket server, String answer) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                client.shutdownOutput();
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The client has heard enough, or the test has.
            }
        }
    }

    private static UpstreamServer replica(int port) {
        return new UpstreamServer(
                new HostPort("127.0.0.1", port),
                new Credentials("replicator", new Secret("x")),
                new Tls(
                        SslMode.DISABLE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(AuthMethod.NONE)));
    }

    /// The login without a password, and IDENTIFY_SYSTEM.
    static String answer() {
        String row = int16(3) + field("7301234567890123456") + field("1") + field("0/3000060");
        return message('R', int32(0))
                + message('S', "server_version\0" + "17.0\0")
                + message('S', "client_encoding\0UTF8\0")
                + message('S', "DateStyle\0ISO, MDY\0")
                + message('S', "standard_conforming_strings\0on\0")
                + message('K', int32(1) + int32(2))
                + message('Z', "I")
                + message(
                        'T', int16(3) + column("systemid") + column("timeline") + column("xlogpos"))
                + message('D', row)
                + message('C', "IDENTIFY_SYSTEM\0")
                + message('Z', "I");
    }

    /// A length that the driver allocates, or that is none.
    static String withLength(int length) {
        return withRow(message('D', int16(1) + int32(length) + "x"));
    }

    private static String withRow(String row) {
        String answer = answer();
        return answer.substring(0, answer.indexOf("D\0\0\0")) + row;
    }

    private static String column(String name) {
        return name + "\0" + int32(0) + int16(0) + int32(25) + int16(-1) + int32(-1) + int16(0);
    }

    private static String field(String value) {
        return int32(value.length()) + value;
    }

    private static String message(char type, String body) {
        return type + int32(body.length() + 4) + body;
    }

    private static String int32(int value) {
        byte[] bytes = new byte[4];
        ByteBuffer.wrap(bytes).putInt(value);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String int16(int value) {
        byte[] bytes = new byte[2];
        ByteBuffer.wrap(bytes).putShort((short) value);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
