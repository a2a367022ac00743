package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.Login;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.VitalThread;
import io.pgentrypoint.report.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Over real sockets of the loopback interface.
class ProbeServerTest {

    private static final int PORT = RealCluster.freePort();
    private static final int TIMEOUT_MILLIS = 60_000;

    @BeforeAll
    static void serves() {
        ProbeServer.serve(
                Listener.start(),
                PORT,
                node(),
                new StopRequest()::failure,
                Optional.of(() -> "<p>a page</p>"));
    }

    static NodeProbe node() {
        Login nobody = new Login("nobody", Optional.empty());
        return new NodeProbe(
                new Progress(),
                Optional::empty,
                Optional::empty,
                new Inquirer(Path.of("/none"), nobody, () -> nobody, "none"),
                () -> Recovery.MAY_LAST,
                Optional::empty,
                StreamWatch.deaf(),
                new KnownStandbys(() -> "", _ -> {}),
                Optional::empty,
                Optional::empty);
    }

    /// Each address of 127.0.0.0/8 is a client of its own.
    private static Socket connect(int client, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(
                new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) client}), 0));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static Socket connect(int client) throws IOException {
        return connect(client, PORT);
    }

    private static String ask(int client, String request) throws IOException {
        return ask(connect(client), request);
    }

    private static String ask(Socket to, String request) throws IOException {
        try (Socket socket = to) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return rest(socket);
        }
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String get(int client, String path) throws IOException {
        return ask(client, "GET %s HTTP/1.1\r\nHost: here\r\n\r\n".formatted(path));
    }

    private static void assertAnswers() throws IOException {
        assertThat(get(1, "/livez")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nalive\n");
    }

    @Test
    void an_answer_has_its_length_and_ends_the_connection() throws IOException {
        assertThat(get(1, "/livez"))
                .contains("Content-Length: 6\r\n", "Connection: close\r\n", "\r\nDate: ");
        assertThat(ask(1, "HEAD /livez HTTP/1.0\n\n"))
                .contains("Content-Length: 6\r\n")
                .endsWith("Connection: close\r\n\r\n");
        assertThat(ask(1, "GET http://node:8008/livez?x HTTP/1.1\r\n\r\n")).contains("200 OK");
    }

    @Test
    void what_is_no_request_is_said_to_be_none() throws IOException {
        assertThat(ask(1, "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask(1, "GET /livez\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask(1, "GET  /livez HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask(1, "POST /livez HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("\r\nAllow: GET, HEAD\r\n\r\n");
    }

    @Test
    void a_request_has_eight_kilobytes_and_two_seconds() throws IOException {
        String start = "GET /livez HTTP/1.1\r\nA: ";
        assertThat(ask(1, start + "x".repeat(8000) + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(ask(1, start + "x".repeat(60_000) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(ask(1, start)).startsWith("HTTP/1.1 408 ");
        try (Socket silent = connect(1)) {
            assertThat(rest(silent)).isEmpty();
        }
    }

    @Test
    void connections_that_say_nothing_give_way() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int client = 10; client < 20; client++) {
                for (int i = 0; i < 30; i++) {
                    idle.add(connect(client));
                }
                assertAnswers();
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void those_of_one_address_give_way_to_each_other_and_to_nobody_else_of_it() throws IOException {
        try (Socket patient = connect(2)) {
            patient.getOutputStream().write("GET /livez".getBytes(StandardCharsets.US_ASCII));
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                crowd.add(connect(3));
            }
            assertAnswers();
            patient.getOutputStream()
                    .write(" HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(patient)).startsWith("HTTP/1.1 200 ");
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    @Test
    void whoever_does_not_read_keeps_nobody_waiting() throws IOException {
        List<Socket> deaf = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Socket socket = connect(4 + i % 4);
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            deaf.add(socket);
        }
        assertAnswers();
        for (Socket socket : deaf) {
            socket.close();
        }
    }

    @Test
    void when_a_thread_that_it_lives_by_ends_the_node_stops_and_is_not_alive() throws Exception {
        int port = RealCluster.freePort();
        StopRequest stop = new StopRequest();
        ProbeServer.serve(Listener.start(), port, node(), stop::failure, Optional.empty());
        String livez = "GET /livez HTTP/1.1\r\n\r\n";
        assertThat(ask(connect(1, port), livez)).startsWith("HTTP/1.1 200 ");

        VitalThread.start(
                        "signals",
                        stop,
                        () -> {
                            throw new OutOfMemoryError("of another's making");
                        })
                .join();
        assertThat(stop.strength()).isEqualTo(StopRequest.ASKED_AGAIN);
        assertThat(ask(connect(1, port), livez))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("the thread \"signals\" has ended\n");
    }

    @Test
    void a_page_may_run_its_own_script_and_ask_this_server_and_nothing_else() throws IOException {
        assertThat(get(1, "/"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Type: text/html; charset=utf-8\r\n")
                .contains("\r\nCache-Control: no-store\r\n")
                .containsPattern(
                        "\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-[^ ]+';"
                                + " script-src 'sha256-[^ ]+'; img-src data:; connect-src 'self';"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n")
                .contains("\r\nX-Content-Type-Options: nosniff\r\n")
                .doesNotContainIgnoringCase("set-cookie")
                .endsWith("\r\n\r\n<p>a page</p>");
        assertThat(get(1, "/livez")).doesNotContain("Content-Security-Policy");
        assertThat(get(1, "/nothing")).contains("\n/          this node and its cluster");
    }

    @Test
    void a_page_that_is_turned_off_is_not_there() throws IOException {
        int port = RealCluster.freePort();
        ProbeServer.serve(
                Listener.start(), port, node(), new StopRequest()::failure, Optional.empty());
        assertThat(ask(connect(1, port), "GET / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("/livez")
                .doesNotContain("as a page");
    }

    @Test
    void pages_that_wait_for_other_nodes_keep_no_probe_waiting() throws IOException {
        int port = RealCluster.freePort();
        CountDownLatch answered = new CountDownLatch(1);
        ProbeServer.serve(
                Listener.start(),
                port,
                node(),
                new StopRequest()::failure,
                Optional.of(() -> {
                    try {
                        answered.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "late";
                }));
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket socket = connect(i, port);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            waiting.add(socket);
        }
        // The listener takes what is said in the order in which it is said: the ninth is too many.
        assertThat(ask(connect(9, port), "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 503 ");
        assertThat(ask(connect(9, port), "GET /livez HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask(connect(9, port), "GET /readyz HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ");
        answered.countDown();
        for (Socket socket : waiting) {
            assertThat(rest(socket)).endsWith("late");
            socket.close();
        }
    }
}
