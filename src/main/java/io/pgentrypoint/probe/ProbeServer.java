package io.pgentrypoint.probe;

import io.pgentrypoint.probe.Probes.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The probes over HTTP, on every address: an orchestrator asks from outside. One request for each
/// connection, without a body; what makes an answer wait for the server has a thread of its own.
public final class ProbeServer implements Protocol {

    private static final int LONGEST_QUEUE = 50;
    private static final int MOST = 64;
    private static final int MOST_OF_ADDRESS = 16;

    /// Each may wait for other nodes, and its connection gives way to no probe meanwhile.
    private static final int MOST_PAGES = 8;

    private static final int LONGEST_REQUEST = 8 * 1024;
    private static final String TEXT = "text/plain; charset=utf-8";

    // RFC 9110, 5.6.7
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private final Probes probes;
    private final Worker askingServer = new Worker("probes", MOST);
    private final Worker atOnce = new Worker("liveness", MOST);
    private final FewThreads askingNodes = new FewThreads("page", MOST_PAGES);

    private ProbeServer(Probes probes) {
        this.probes = probes;
    }

    /// Listens until the end of this process.
    ///
    /// @param failure the thread that this process cannot go on without, when it has ended
    /// @param people what they are shown, unless it is turned off
    public static void serve(
            Listener listener,
            int port,
            NodeProbe node,
            Supplier<Optional<String>> failure,
            Optional<Supplier<String>> people) {
        try {
            // The wildcard of a machine with IPv6 takes IPv4 too.
            ServerSocketChannel socket = ServerSocketChannel.open();
            socket.bind(new InetSocketAddress(port), LONGEST_QUEUE);
            listener.add(
                    socket,
                    new ProbeServer(new Probes(node, failure, people)),
                    MOST,
                    MOST_OF_ADDRESS);
        } catch (IOException e) {
            throw Refusals.noPort(port, e);
        }
    }

    @Override
    public int longest() {
        return LONGEST_REQUEST;
    }

    /// At an empty line.
    @Override
    public boolean endsIn(byte[] bytes, int from, int length) {
        for (int i = Math.max(1, from); i < length; i++) {
            boolean second = bytes[i] == '\n' && bytes[i - 1] == '\n';
            boolean third =
                    i > 1 && bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n';
            if (second || third) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Task task(byte[] bytes, int length, Arrival arrival) {
        Request request =
                Request.of(new String(bytes, 0, length, StandardCharsets.ISO_8859_1), arrival);
        return new Task(
                switch (probes.waitsFor(request.path())) {
                    case NOBODY -> atOnce;
                    case SERVER -> askingServer;
                    case OTHER_NODES -> askingNodes;
                },
                reply -> reply.end(response(page(request), request.isHead())));
    }

    @Override
    public byte[] busy() {
        return response(new Page(503, TEXT, "cannot answer now\n"), false);
    }

    private Page page(Request request) {
        return switch (request.wrong()) {
            case "" -> probes.page(request.path(), request.query());
            case TOO_LONG -> new Page(431, TEXT, TOO_LONG);
            case TOO_LATE -> new Page(408, TEXT, TOO_LATE);
            case OTHER_METHOD -> new Page(405, TEXT, OTHER_METHOD);
            default -> new Page(400, TEXT, request.wrong());
        };
    }

    private static final String TOO_LONG = "a request may have 8 kB\n";
    private static final String TOO_LATE = "a request may take 2 s\n";
    private static final String OTHER_METHOD = "only GET and HEAD\n";
    private static final String NO_HTTP = "this is no HTTP request\n";

    /// @param wrong why it cannot be answered, or empty
    private record Request(boolean isHead, String path, @Nullable String query, String wrong) {

        static Request of(String text, Arrival arrival) {
            return switch (arrival) {
                case WHOLE -> of(text);
                case CUT -> wrong(NO_HTTP);
                case TOO_LONG -> wrong(ProbeServer.TOO_LONG);
                case TOO_LATE -> wrong(ProbeServer.TOO_LATE);
            };
        }

        private static Request of(String text) {
            String[] words = text.lines().findFirst().orElse("").split(" ", -1);
            if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
                return wrong(NO_HTTP);
            }
            boolean isHead = words[0].equals("HEAD");
            if (!isHead && !words[0].equals("GET")) {
                return wrong(OTHER_METHOD);
            }
            // A proxy sends the whole address: RFC 9112, 3.2.2.
            String target = words[1].replaceFirst("^http://[^/?]*", "");
            int mark = target.indexOf('?');
            return mark < 0
                    ? new Request(isHead, target, null, "")
                    : new Request(
                            isHead, target.substring(0, mark), target.substring(mark + 1), "");
        }

        private static Request wrong(String why) {
            return new Request(false, "", null, why);
        }
    }

    private static byte[] response(Page page, boolean head) {
        byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
        String fields =
                """
                HTTP/1.1 %d %s
                Date: %s
                Content-Type: %s
                Content-Length: %d
                Cache-Control: no-store
                Connection: close
                %s
                """
                        .formatted(
                                page.code(),
                                reason(page.code()),
                                DATE.format(ZonedDateTime.now(ZoneOffset.UTC)),
                                page.type(),
                                body.length,
                                page.code() == 405 ? "Allow: GET, HEAD\n" : page.fields())
                        .replace("\n", "\r\n");
        byte[] start = fields.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + (head ? 0 : body.length)];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, all.length - start.length);
        return all;
    }

    private static String reason(int code) {
        return switch (code) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            default -> "Service Unavailable";
        };
    }
}
