package io.pgentrypoint.probe;

import io.pgentrypoint.process.Identity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Unix socket on which PID 1 answers one request and hangs up. The request is a line of words:
/// `status` is answered with a line for `healthcheck` and a JSON object, an order with lines as
/// they come up and its exit code.
///
/// Anybody may connect, and only its own user and root are answered: the kernel says who they are.
/// The mode of the file would keep out a root without CAP_DAC_OVERRIDE.
public final class StatusSocket implements Protocol {

    private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);
    private static final int LONGEST_REQUEST = 1000;
    private static final int MOST = 16;

    static final String STATUS = "status";

    /// For `status` a verdict, for an order a line and its end (EX_TEMPFAIL).
    private static final String BUSY = "cannot answer now: too much is asked\nexit 75\n";

    private final NodeProbe node;
    private final Map<String, ControlCommand> orders;
    private final Worker worker = new Worker("status", MOST);

    private StatusSocket(NodeProbe node, Map<String, ControlCommand> orders) {
        this.node = node;
        this.orders = orders;
    }

    /// @param orders by name
    public static void serve(
            Listener listener, int port, NodeProbe node, Map<String, ControlCommand> orders) {
        Path file =
                StatusClient.places(port).stream()
                        .filter(place -> Files.isWritable(place.resolveSibling(".")))
                        .findFirst()
                        .orElse(Path.of("/tmp/.s.entrypoint." + port));
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file));
            // connect(2) needs the right to write.
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            listener.add(channel, new StatusSocket(node, orders), MOST, MOST);
        } catch (IOException e) {
            LOG.warn(
                    "Cannot open {}: {}; status and healthcheck will not work", file, e.toString());
        }
    }

    @Override
    public boolean mayAsk(SocketChannel client) throws IOException {
        UserPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return peer.equals(user(0)) || peer.equals(user(Identity.current().uid()));
    }

    private static UserPrincipal user(int uid) throws IOException {
        return FileSystems.getDefault()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(String.valueOf(uid));
    }

    @Override
    public int longest() {
        return LONGEST_REQUEST;
    }

    @Override
    public boolean endsIn(byte[] bytes, int from, int length) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    @Override
    public Task task(byte[] bytes, int length, Arrival arrival) {
        return switch (arrival) {
            case WHOLE -> asked(new String(bytes, 0, length, StandardCharsets.UTF_8));
            // Who says nothing asks for the status.
            case CUT -> new Task(worker, this::status);
            case TOO_LONG, TOO_LATE -> new Task(worker, reply -> reply.end(busy()));
        };
    }

    private Task asked(String text) {
        List<String> words = Arrays.asList(text.lines().findFirst().orElse("").strip().split(" "));
        ControlCommand order = orders.get(words.getFirst());
        return order == null
                ? new Task(worker, this::status)
                : new Task(
                        // It may last for minutes; there are no more of them than connections.
                        work -> Thread.ofPlatform().daemon().name("order").start(work),
                        reply -> carryOut(order, words.subList(1, words.size()), reply));
    }

    /// To its end, also when nobody listens any more.
    private static void carryOut(ControlCommand order, List<String> words, Reply reply) {
        int code =
                order.carryOut(words, line -> reply.part(bytes("say " + line.replace("\n", " "))));
        reply.end(bytes("exit " + code));
    }

    private void status(Reply reply) {
        NodeStatus status = node.status();
        reply.end(
                bytes(
                        "%s\n%s"
                                .formatted(
                                        status.verdict(),
                                        StatusDocument.text(status, node.patroni()))));
    }

    private static byte[] bytes(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] busy() {
        return BUSY.getBytes(StandardCharsets.UTF_8);
    }
}
