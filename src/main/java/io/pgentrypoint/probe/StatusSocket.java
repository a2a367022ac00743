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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Unix socket on which PID 1 answers whoever connects with a line for `healthcheck` and a JSON
/// object for `status`, and hangs up.
public final class StatusSocket {

    private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);

    private StatusSocket() {}

    public static void serve(int port, Node node) {
        Path file =
                StatusClient.places(port).stream()
                        .filter(place -> Files.isWritable(place.resolveSibling(".")))
                        .findFirst()
                        .orElse(Path.of("/tmp/.s.entrypoint." + port));
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file));
            Thread.ofPlatform()
                    .daemon()
                    .name("status")
                    .start(() -> {
                        while (channel.isOpen()) {
                            accept(channel, node);
                        }
                    });
        } catch (IOException e) {
            LOG.warn(
                    "Cannot open {}: {}; status and healthcheck will not work", file, e.toString());
        }
    }

    private static void accept(ServerSocketChannel server, Node node) {
        try {
            SocketChannel client = server.accept();
            // One that does not read must not keep the others waiting.
            Thread.ofVirtual().start(() -> answer(client, node));
        } catch (IOException e) {
            LOG.debug("Cannot accept a status request", e);
        }
    }

    private static void answer(SocketChannel client, Node node) {
        try (client) {
            NodeStatus status = node.status();
            String text =
                    status.verdict() + "\n" + StatusDocument.text(status, node.patroni()) + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            // The one who asked has gone; the next one is answered.
            LOG.debug("Cannot answer a status request", e);
        } catch (RuntimeException e) {
            LOG.error("a bug: a status request got no answer", e);
        }
    }
}
