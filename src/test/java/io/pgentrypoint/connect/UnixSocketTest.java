package io.pgentrypoint.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {

    private static final InetSocketAddress IGNORED =
            InetSocketAddress.createUnresolved("nobody", 5432);

    @TempDir private Path directory;
    private Path file;
    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        file = directory.resolve("s");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(file), 1);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private Socket socket() throws IOException {
        return new UnixSocketFactory(file.toString()).createSocket();
    }

    @Test
    void what_the_peer_said_before_it_closed_is_read_after_a_failed_write() throws IOException {
        try (Socket socket = socket()) {
            socket.connect(IGNORED, 1000);
            try (SocketChannel peer = listener.accept()) {
                peer.write(ByteBuffer.wrap("why".getBytes(StandardCharsets.US_ASCII)));
            }
            socket.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write("again".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(3)).asString().isEqualTo("why");
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Broken pipe");
        }
    }

    @Test
    void a_peer_that_closes_after_a_good_end_is_the_end_of_the_stream() throws IOException {
        try (Socket socket = socket()) {
            socket.connect(IGNORED, 1000);
            listener.accept().close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_full_listen_queue_ends_with_the_timeout() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10; i++) {
                                    Socket socket = socket();
                                    waiting.add(socket);
                                    socket.connect(IGNORED, 100);
                                }
                            })
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining(file + ": ")
                    .hasMessageContaining("listen queue is full");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void a_place_in_the_listen_queue_is_waited_for() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Socket socket = socket();
            waiting.add(socket);
            socket.connect(IGNORED, 1000);
        }
        Thread accepting = Thread.ofPlatform().start(() -> accept(3));
        try (Socket late = socket()) {
            late.connect(IGNORED, 10_000);
            assertThat(late.isConnected()).isTrue();
        }
        accepting.join();
        for (Socket socket : waiting) {
            socket.close();
        }
    }

    private void accept(int count) {
        try {
            for (int i = 0; i < count; i++) {
                listener.accept().close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_path_that_the_kernel_cannot_take_is_said() {
        String path = directory.resolve("x".repeat(110)).toString();
        assertThatThrownBy(() -> new UnixSocketFactory(path).createSocket().connect(IGNORED))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(path)
                .hasMessageContaining("107 bytes");
    }

    @Test
    void a_closed_socket_says_so() throws IOException {
        Socket socket = socket();
        socket.connect(IGNORED, 1000);
        var input = socket.getInputStream();
        var output = socket.getOutputStream();
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(input::read)
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(() -> output.write(1))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
        socket.close();
    }

    @Test
    void a_read_that_timed_out_can_be_tried_again() throws IOException {
        try (Socket socket = socket()) {
            socket.connect(IGNORED, 1000);
            try (SocketChannel peer = listener.accept()) {
                socket.setSoTimeout(50);
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
                peer.write(ByteBuffer.wrap(new byte[] {7}));
                assertThat(socket.getInputStream().read()).isEqualTo(7);
            }
        }
    }
}
