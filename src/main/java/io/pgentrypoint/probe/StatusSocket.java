package io.pgentrypoint.probe;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Unix socket on which PID 1 answers one request and hangs up. The request is a line of words:
/// `status` is answered with a line for `healthcheck` and a JSON object, an order with lines as
/// they come up and its exit code.
///
/// Only its own user and root may connect: the mode of the file is the authorisation.
public final class StatusSocket {

    private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);
    private static final int LONGEST_REQUEST = 1000;

    static final String STATUS = "status";

    private StatusSocket() {}

    /// @param orders by name
    public static void serve(int port, Node node, Map<String, Order> orders) {
        Path file =
                StatusClient.places(port).stream()
                        .filter(place -> Files.isWritable(place.resolveSibling(".")))
                        .findFirst()
                        .orElse(Path.of("/tmp/.s.entrypoint." + port));
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file));
            // connect(2) needs the right to write, which a umask of 0 would give to everybody.
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Thread.ofPlatform()
                    .daemon()
                    .name("status")
                    .start(() -> {
                        while (channel.isOpen()) {
                            accept(channel, node, orders);
                        }
                    });
        } catch (IOException e) {
            LOG.warn(
                    "Cannot open {}: {}; status and healthcheck will not work", file, e.toString());
        }
    }

    private static void accept(ServerSocketChannel server, Node node, Map<String, Order> orders) {
        try {
            SocketChannel client = server.accept();
            // One that does not read must not keep the others waiting.
            Thread.ofVirtual().start(() -> answer(client, node, orders));
        } catch (IOException e) {
            LOG.debug("Cannot accept a request", e);
        }
    }

    private static void answer(SocketChannel client, Node node, Map<String, Order> orders) {
        try (client) {
            List<String> words = request(client);
            Optional<Order> order = Optional.ofNullable(orders.get(words.getFirst()));
            if (order.isPresent()) {
                List<String> rest = words.subList(1, words.size());
                int code = order.get().carryOut(rest, line -> say(client, "say " + line));
                write(client, "exit " + code + "\n");
            } else {
                NodeStatus status = node.status();
                write(
                        client,
                        status.verdict()
                                + "\n"
                                + StatusDocument.text(status, node.patroni())
                                + "\n");
            }
        } catch (IOException e) {
            // The one who asked has gone; the next one is answered.
            LOG.debug("Cannot answer a request", e);
        } catch (RuntimeException e) {
            LOG.error("a bug: a request got no answer", e);
        }
    }

    /// An order is carried out to its end, also when nobody listens any more.
    private static void say(SocketChannel client, String line) {
        try {
            write(client, line.replace("\n", " ") + "\n");
        } catch (IOException e) {
            LOG.debug("Nobody listens", e);
        }
    }

    /// The first line, or what came of it before its end; who says nothing asks for the status.
    private static List<String> request(SocketChannel client) throws IOException {
        byte[] read = new byte[LONGEST_REQUEST];
        ByteBuffer bytes = ByteBuffer.wrap(read);
        while (bytes.hasRemaining() && client.read(bytes) >= 0) {
            String text = new String(read, 0, bytes.position(), StandardCharsets.UTF_8);
            if (text.indexOf('\n') >= 0) {
                return Arrays.asList(text.substring(0, text.indexOf('\n')).strip().split(" "));
            }
        }
        return List.of(STATUS);
    }

    private static void write(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }
}
