package io.pgentrypoint.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The other end of [StatusSocket]. It is loaded for every HEALTHCHECK, so it needs nothing but
/// java.base: no logging, no JSON, and no string or lambda that the VM would have to link first.
public final class StatusClient {

    private static final byte[] STATUS = {'s', 't', 'a', 't', 'u', 's', '\n'};

    private StatusClient() {}

    /// @param verdict `healthy`, or why not
    /// @param document one JSON object
    public record Reply(String verdict, String document) {

        public boolean healthy() {
            return verdict.equals("healthy");
        }
    }

    /// Thrown when nothing listens where an entrypoint would.
    public static final class NobodyListens extends IOException {

        private static final long serialVersionUID = 1L;

        NobodyListens(int port) {
            super("no entrypoint runs for port ".concat(String.valueOf(port)));
        }
    }

    /// @throws IOException when nobody answers
    public static Reply ask(int port) throws IOException {
        try (SocketChannel channel = connect(port)) {
            return reply(new String(said(channel), StandardCharsets.UTF_8));
        }
    }

    /// Nothing when it hangs up: the question that it has not read makes that a reset.
    private static byte[] said(SocketChannel channel) {
        try {
            int _ = channel.write(ByteBuffer.wrap(STATUS));
            return Channels.newInputStream(channel).readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /// To the first that answers: a killed entrypoint leaves its file behind.
    static SocketChannel connect(int port) throws IOException {
        for (Path file : places(port)) {
            if (Files.exists(file)) {
                try {
                    return SocketChannel.open(UnixDomainSocketAddress.of(file));
                } catch (ConnectException _) {
                    // the next place
                }
            }
        }
        throw new NobodyListens(port);
    }

    private static Reply reply(String text) throws IOException {
        int end = text.indexOf('\n');
        if (end < 0) {
            throw new IOException(
                    "the entrypoint hung up; it answers its own user and root, nobody else");
        }
        return new Reply(text.substring(0, end), text.substring(end + 1));
    }

    /// Where the socket may be, best first. It stands beside PostgreSQL's own sockets and, like
    /// them, carries the port in its name, so that two nodes of one machine keep apart.
    static List<Path> places(int port) {
        List<Path> places = new ArrayList<>();
        for (String directory :
                new String[] {
                    "/var/run/postgresql", System.getProperty("java.io.tmpdir", "/tmp"), "/tmp"
                }) {
            Path place = Path.of(directory, ".s.entrypoint.".concat(String.valueOf(port)));
            if (!places.contains(place)) {
                places.add(place);
            }
        }
        return places;
    }
}
