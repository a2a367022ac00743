package io.pgentrypoint.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.RealCluster;
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
import org.junit.jupiter.api.Test;

/// A client of the probes wants all that there is of heap, connections and descriptors; the server
/// says lines without an end. PID 1 hears a stop all the same.
class ExhaustionIT {

    private static final int REQUESTS = 700;
    private static final String LONG_HEADER = ": " + "x".repeat(8000) + "\r\n";
    private static final int IDLE = 100;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final int probePort = RealCluster.freePort();

    private NodeRun primary() throws IOException {
        return NodeRun.onCluster().set("PROBE_PORT", String.valueOf(probePort));
    }

    private Socket connect(int client) throws IOException {
        Socket socket = new Socket();
        // Each address of 127.0.0.0/8 is a client of its own.
        socket.bind(
                new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) client}), 0));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), probePort), TIMEOUT_MILLIS);
        return socket;
    }

    private String livez() throws IOException {
        try (Socket socket = connect(1)) {
            socket.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("nothing");
        }
    }

    private boolean answers() {
        try {
            return !livez().equals("nothing");
        } catch (IOException e) {
            return false;
        }
    }

    /// Forty at a time, from eight addresses.
    private void flood() throws InterruptedException, ExecutionException {
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

    private List<Socket> idle() throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            idle.add(connect(20 + i % 10));
        }
        return idle;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void attack() throws IOException, InterruptedException, ExecutionException {
        flood();
        List<Socket> idle = idle();
        for (int i = 0; i < 20; i++) {
            assertThat(livez()).isEqualTo("HTTP/1.1 200 OK");
        }
        close(idle);
    }

    private static void assertUnhurt(NodeRun node) {
        assertThat(node.log()).doesNotContain("OutOfMemoryError").doesNotContain("a bug");
    }

    private static void assertStopsCleanly(NodeRun node) {
        assertThat(node.send("TERM").exitCode()).as(node.log()).isZero();
        assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        assertUnhurt(node);
    }

    @Test
    void a_primary_that_is_flooded_answers_its_probes_and_stops_cleanly() throws Exception {
        try (NodeRun node = primary().start().awaitReady()) {
            attack();
            assertStopsCleanly(node);
        }
    }

    @Test
    void a_node_that_is_flooded_while_it_waits_for_its_primary_ends_when_it_is_told_to()
            throws Exception {
        try (NodeRun node =
                new NodeRun()
                        .set("PROBE_PORT", String.valueOf(probePort))
                        .set("HA_MODE", "native")
                        .set("REPLICATION_ROLE", "replica")
                        .set("REPLICATION_PASSWORD", "secret")
                        .set("PRIMARY_HOST", "127.0.0.1")
                        .set("PRIMARY_PORT", String.valueOf(RealCluster.freePort()))
                        .start()
                        .awaitLog("Waiting for the primary")) {
            attack();
            assertThat(node.send("TERM").exitCode()).as(node.log()).isEqualTo(143);
            assertUnhurt(node);
        }
    }

    @Test
    void a_primary_that_is_flooded_while_it_stops_stops_cleanly() throws Exception {
        try (NodeRun node = primary().start().awaitReady()) {
            long checkpointer = node.holdProcess("checkpointer");
            node.send("TERM").awaitLog("Stopping the server: a checkpoint first");
            attack();
            Proc.signal("CONT", checkpointer);
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
            assertUnhurt(node);
        }
    }

    @Test
    void few_descriptors_are_enough_for_many_connections_and_a_clean_stop() throws Exception {
        try (NodeRun node = primary().behind("prlimit", "--nofile=160:160").start().awaitReady()) {
            node.await(this::answers, "answers");
            List<Socket> many = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                many.addAll(idle());
            }
            assertThat(livez()).isEqualTo("HTTP/1.1 200 OK");
            assertStopsCleanly(node);
            close(many);
        }
    }

    @Test
    void lines_without_an_end_are_cut_and_the_log_goes_on_as_json() throws Exception {
        try (NodeRun node =
                primary()
                        .set("LOG_FORMAT", "json")
                        .set("POSTGRES_CONF_log_statement", "none")
                        .start()
                        .awaitReady()) {
            for (int i = 0; i < 3; i++) {
                node.sql("DO $$ BEGIN RAISE LOG '%', repeat('x', 20000000); END $$");
            }
            node.sql("DO $$ BEGIN RAISE LOG 'the last line'; END $$");
            node.awaitLog("\"message\":\"the last line\"");
            assertThat(node.send("TERM").exitCode()).isZero();
            assertThat(node.log()).contains("database system is shut down");
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        }
    }
}
