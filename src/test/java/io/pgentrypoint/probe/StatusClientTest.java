package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusClientTest {

    @Test
    void the_socket_file_of_a_killed_entrypoint_answers_nobody() throws IOException {
        int port = RealCluster.freePort();
        Path file = StatusClient.places(port).getLast();
        Files.deleteIfExists(file);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(file));
        }
        try {
            String nobody = "no entrypoint runs for port " + port;
            assertThatThrownBy(() -> StatusClient.ask(port)).hasMessage(nobody);
            assertThatThrownBy(() -> ControlClient.give(port, List.of("promote"), line -> {}))
                    .hasMessage(nobody);
        } finally {
            Files.delete(file);
        }
    }

    /// More than the socket takes without a reader: the write is the first to fail.
    @Test
    void an_order_to_an_entrypoint_that_closes_before_it_has_read_it_was_hung_up_on()
            throws Exception {
        int port = RealCluster.freePort();
        Path file = StatusClient.places(port).getLast();
        Files.deleteIfExists(file);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(file));
            Thread closing = Thread.ofPlatform().start(() -> hangUp(server));
            assertThatThrownBy(() ->
                            ControlClient.give(
                                    port, List.of("promote", "x".repeat(10_000_000)), line -> {}))
                    .hasMessageStartingWith("the entrypoint hung up before it was done");
            closing.join();
        } finally {
            Files.delete(file);
        }
    }

    private static void hangUp(ServerSocketChannel server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
