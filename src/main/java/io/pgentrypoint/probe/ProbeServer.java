package io.pgentrypoint.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The probes over HTTP, on every address: an orchestrator asks from outside.
public final class ProbeServer {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);
    private static final int LONGEST_QUEUE = 50;

    /// The JDK's server limits nothing by itself; the heap of PID 1 is small. A request and its
    /// answer have ten seconds each, and an answer is not held back for an acknowledgement.
    private static final Map<String, String> LIMITS =
            Map.of(
                    "jdk.httpserver.maxConnections", "100",
                    "sun.net.httpserver.maxReqTime", "10",
                    "sun.net.httpserver.maxRspTime", "10",
                    "sun.net.httpserver.maxReqHeaders", "50",
                    "sun.net.httpserver.nodelay", "true");

    private ProbeServer() {}

    /// Listens until the end of this process.
    public static void serve(int port, Node node) {
        LIMITS.forEach(System::setProperty);
        Probes probes = new Probes(node);
        try {
            // The wildcard of a machine with IPv6 takes IPv4 too.
            HttpServer server = HttpServer.create(new InetSocketAddress(port), LONGEST_QUEUE);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, probes));
            server.start();
        } catch (IOException e) {
            throw new Refusal(
                    ExitCode.CONFIGURATION,
                    "cannot listen on PROBE_PORT " + port + ": " + e.getMessage(),
                    "choose a port that is free and that this user may use",
                    e);
        }
    }

    private static void answer(HttpExchange exchange, Probes probes) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            Probes.Page page;
            if (head || method.equals("GET")) {
                page =
                        probes.page(
                                exchange.getRequestURI().getPath(),
                                exchange.getRequestURI().getRawQuery());
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                page = new Probes.Page(405, "text/plain", "only GET and HEAD\n");
            }
            send(exchange, page, head);
        } catch (RuntimeException | Error e) {
            LOG.error("a bug: a probe got no answer", e);
            throw e;
        }
    }

    private static void send(HttpExchange exchange, Probes.Page page, boolean head)
            throws IOException {
        byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", page.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(page.code(), -1);
        } else {
            exchange.sendResponseHeaders(page.code(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
