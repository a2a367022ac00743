package io.pgentrypoint.it.process;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Jar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// The command as a process of its own, over real PostgreSQL programs and a directory that is
/// thrown away.
final class RunningNode implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final Path home;
    final int port = RealCluster.freePort();
    private final int probePort;
    private final Process process;
    private final Map<String, String> environment;

    RunningNode(Map<String, String> more) {
        try {
            home = Files.createTempDirectory("pg");
            if (!RealCluster.asOrdinaryUser().isEmpty()) {
                RealCluster.execute(List.of("chown", "postgres:", home.toString()));
            }
            probePort = RealCluster.freePort();
            environment = new java.util.TreeMap<>(more);
            if (more.containsKey("REPLICATION_ROLE")) {
                environment.put("HA_MODE", "native");
                environment.put("REPLICATION_PASSWORD", "secret");
                // initdb's own rules let a replica of this machine in without a question.
                environment.put("REPLICATION_REQUIRE_AUTH", "scram-sha-256,none");
            }
            environment.putAll(
                    Map.of(
                            "PATH",
                            RealCluster.programs() + ":" + System.getenv("PATH"),
                            "POSTGRES_PASSWORD",
                            "admin",
                            "PGDATA",
                            home.resolve("data").toString(),
                            "PGPORT",
                            String.valueOf(port),
                            "PROBE_PORT",
                            String.valueOf(probePort),
                            "POSTGRES_CONF_unix_socket_directories",
                            home.toString()));
            if (!"replica".equals(more.get("REPLICATION_ROLE"))) {
                // Its first boot is not what is looked at.
                RealCluster.execute(
                        RealCluster.copying(RealCluster.volume(), home.resolve("data")));
            }
            process = start(home.resolve("log"), "run");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(Path output, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(Jar.java());
        argv.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(PG|POSTGRES|HA_).*"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// What another command says in this node's environment, and its exit code in the first line.
    String says(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("says", null);
        Process command = start(output, arguments);
        if (!command.waitFor(1, TimeUnit.MINUTES)) {
            throw new AssertionError("does not end: " + List.of(arguments));
        }
        String said = Files.readString(output);
        Files.delete(output);
        return command.exitValue() + "\n" + said;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + probePort + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    int code(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    /// Asks until the answer is as wanted.
    HttpResponse<String> await(String path, Predicate<HttpResponse<String>> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        String last = "nothing";
        while (System.nanoTime() - end < 0 && process.isAlive()) {
            try {
                HttpResponse<String> answer = get(path);
                if (wanted.test(answer)) {
                    return answer;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError(path + " answered at last: " + last + "\n" + log());
    }

    void awaitCode(String path, int code) throws InterruptedException {
        await(path, answer -> answer.statusCode() == code);
    }

    void sql(String statement) {
        RealCluster.execute(
                List.of(
                        "env",
                        "PGPASSWORD=admin",
                        RealCluster.programs().resolve("psql").toString(),
                        "-XAtq",
                        "-h",
                        home.toString(),
                        "-p",
                        String.valueOf(port),
                        "-U",
                        "postgres",
                        "-c",
                        statement));
    }

    void signalServer(String signal) throws IOException {
        String pid = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst();
        RealCluster.execute(List.of("kill", "-" + signal, pid));
    }

    /// To the node's own process.
    void signal(String name) {
        RealCluster.execute(List.of("kill", "-" + name, String.valueOf(process.pid())));
    }

    /// SIGTERM.
    void askToStop() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("does not end\n" + log());
        }
        return process.exitValue();
    }

    String log() {
        try {
            return Files.readString(home.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RealCluster.execute(List.of("rm", "-rf", home.toString()));
    }
}
