package io.pgentrypoint.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/// An engine that no part of runs as root: podman as a user without privileges, in a user namespace
/// with a range of ids. What it starts is removed with it. The containers have no network but their
/// own loopback, which needs no device of the machine.
final class RootlessEngine implements AutoCloseable {

    private static final Path PROGRAM = Path.of("docker/engine/rootless").toAbsolutePath();

    private final String image;
    private final List<String> containers = new ArrayList<>();

    /// Has the image that the other tests use.
    RootlessEngine() {
        String reason = run(List.of(PROGRAM.toString(), "info")).said();
        if (!reason.contains("rootless: true")) {
            String message = "NOT TESTED: no rootless engine: " + reason;
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
        String name = Node.IMAGE + ":" + Node.MAJOR;
        String digest = DockerClientFactory.lazyClient().inspectImageCmd(name).exec().getId();
        String id = digest.substring(digest.indexOf(':') + 1);
        if (run(List.of(PROGRAM.toString(), "image", "exists", id)).code() != 0) {
            String load = "docker save " + name + " | " + PROGRAM + " load --quiet";
            Said loaded = run(List.of("bash", "-o", "pipefail", "-c", load));
            assertThat(loaded.code()).as(loaded.said()).isZero();
        }
        image = id;
    }

    record Said(int code, String said) {}

    /// @param options of `podman run`; its network is its own
    String start(String name, List<String> options) {
        String unique = "pg-entrypoint-" + name + "-" + ProcessHandle.current().pid();
        List<String> arguments = new ArrayList<>(List.of("run", "--detach", "--name", unique));
        arguments.addAll(options);
        arguments.add(image);
        containers.add(unique);
        podman(arguments.toArray(String[]::new));
        return unique;
    }

    String podman(String... arguments) {
        Said said = ask(arguments);
        assertThat(said.code()).as("%s: %s", List.of(arguments), said.said()).isZero();
        return said.said().strip();
    }

    Said ask(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(PROGRAM.toString()));
        argv.addAll(List.of(arguments));
        return run(argv);
    }

    void awaitSql(String container, String query, String answer) {
        Eventually.happens(
                query + " → " + answer,
                () -> ask("logs", container).said(),
                () ->
                        ask("exec", container, "psql", "-XqAt", "-U", "postgres", "-c", query)
                                .said()
                                .strip()
                                .endsWith(answer));
    }

    /// @return its exit code
    String stop(String container) {
        podman("stop", "--time", "60", container);
        return lastLine(podman("inspect", "--format", "{{.State.ExitCode}}", container));
    }

    static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static Said run(List<String> argv) {
        try {
            Process process =
                    new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectInput(new File("/dev/null"))
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        containers.reversed().forEach(each -> ask("rm", "--force", "--volumes", each));
    }
}
