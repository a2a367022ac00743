package io.pgentrypoint.it.process;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A node that runs, and what its probes answer.
///
/// @param probes their port
record ProbedNode(ProcessNode node, Run run, int probes) implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static ProbedNode start(ProcessNode node) {
        int probes = RealCluster.freePort();
        return new ProbedNode(
                node, node.with("PROBE_PORT", String.valueOf(probes)).start(), probes);
    }

    int port() {
        return node.port;
    }

    /// What another command says in this node's environment, and its exit code in the first line.
    String says(String... arguments) {
        Run.Ended ended = node.call(arguments);
        return ended.code() + "\n" + ended.stdout() + ended.stderr();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + probes + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    int code(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    /// Asks until the answer is as wanted, often: some phases are short.
    HttpResponse<String> await(String path, Predicate<HttpResponse<String>> wanted) {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        Optional<HttpResponse<String>> answer = answer(path);
        while (answer.filter(wanted).isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        path + " answered at last: " + answer.map(HttpResponse::body) + run.said());
            }
            run.leave(Duration.ofMillis(20));
            answer = answer(path);
        }
        return answer.orElseThrow();
    }

    /// Before it listens there is none.
    private Optional<HttpResponse<String>> answer(String path) {
        try {
            return Optional.of(get(path));
        } catch (IOException e) {
            if (!run.alive()) {
                throw new UncheckedIOException(run.said(), e);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitCode(String path, int code) {
        HttpResponse<String> _ = await(path, answer -> answer.statusCode() == code);
    }

    void sql(String statement) {
        node.sql(statement);
    }

    void signalServer(String signal) throws IOException {
        String pid = Files.readAllLines(node.data.resolve("postmaster.pid")).getFirst();
        Run.kill(signal, List.of(Long.valueOf(pid)));
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
