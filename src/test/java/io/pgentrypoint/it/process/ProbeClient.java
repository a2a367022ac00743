package io.pgentrypoint.it.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Clients of the probes that ask, and clients that want all that there is.
///
/// @param port where the probes answer
record ProbeClient(int port) {

    private static final int REQUESTS = 700;
    private static final String LONG_HEADER = ": " + "x".repeat(8000) + "\r\n";
    private static final int TIMEOUT_MILLIS = 60_000;

    /// Each address of 127.0.0.0/8 is a client of its own.
    private Socket connect(int client) throws IOException {
        Socket socket = new Socket();
        socket.bind(
                new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) client}), 0));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    /// The first line of the answer.
    String livez() throws IOException {
        try (Socket socket = connect(1)) {
            socket.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("nothing");
        }
    }

    boolean answers() {
        try {
            return livez().equals("HTTP/1.1 200 OK");
        } catch (IOException e) {
            return false;
        }
    }

    /// Headers without an end: forty at a time, from eight addresses.
    void flood() throws InterruptedException, ExecutionException {
        try (ExecutorService clients = Executors.newFixedThreadPool(40)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int client = 10 + i % 8;
                all.add(clients.submit(() -> bigRequest(client)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void bigRequest(int client) {
        try (Socket socket = connect(client)) {
            var out = socket.getOutputStream();
            out.write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 48; i++) {
                out.write(("H" + i + LONG_HEADER).getBytes(StandardCharsets.US_ASCII));
            }
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // It is turned away, which is what is wanted.
        }
    }

    /// A hundred connections that say nothing, until they are closed.
    Idle idle() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sockets.add(connect(20 + i % 10));
        }
        return new Idle(sockets);
    }

    record Idle(List<Socket> sockets) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
