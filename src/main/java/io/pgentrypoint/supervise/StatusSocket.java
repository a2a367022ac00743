package io.pgentrypoint.supervise;

import com.google.gson.Gson;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Unix socket on which PID 1 answers whoever connects with its status, one JSON object, and
/// hangs up. It stands beside PostgreSQL's own sockets and, like them, carries the port in its
/// name, so that two nodes of one machine keep apart.
public final class StatusSocket {

    private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);
    private static final Gson GSON = new Gson();

    private StatusSocket() {}

    public static void serve(int port, Supplier<NodeStatus> status) {
        Path directory =
                directories().filter(Files::isWritable).findFirst().orElse(Path.of("/tmp"));
        Path file = directory.resolve(name(port));
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file));
            Thread.ofPlatform()
                    .daemon()
                    .name("status")
                    .start(() -> {
                        while (channel.isOpen()) {
                            answer(channel, status);
                        }
                    });
        } catch (IOException e) {
            LOG.warn(
                    "Cannot open {}: {}; status and healthcheck will not work", file, e.toString());
        }
    }

    /// @throws IOException when nobody answers
    public static String ask(int port) throws IOException {
        for (Path file : directories().map(directory -> directory.resolve(name(port))).toList()) {
            if (Files.exists(file)) {
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                    return new String(
                            Channels.newInputStream(channel).readAllBytes(),
                            StandardCharsets.UTF_8);
                }
            }
        }
        throw new IOException("no entrypoint runs for port " + port);
    }

    private static void answer(ServerSocketChannel server, Supplier<NodeStatus> status) {
        try (SocketChannel client = server.accept()) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(GSON.toJson(status.get()).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            // The one who asked has gone; the next one is answered.
            LOG.debug("Cannot answer a status request", e);
        }
    }

    private static Stream<Path> directories() {
        return List.of("/var/run/postgresql", System.getProperty("java.io.tmpdir", "/tmp"), "/tmp")
                .stream()
                .map(Path::of)
                .distinct();
    }

    private static String name(int port) {
        return ".s.entrypoint." + port;
    }
}
