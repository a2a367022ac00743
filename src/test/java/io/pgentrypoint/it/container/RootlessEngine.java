package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        String reason = run(List.of(PROGRAM.toString(), "info")).output();
        if (!reason.contains("rootless: true")) {
            String message = "NOT TESTED: no rootless engine: " + reason;
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
        String name = ContainerNode.IMAGE + ":" + ContainerNode.MAJOR;
        String digest = DockerClientFactory.lazyClient().inspectImageCmd(name).exec().getId();
        String id = digest.substring(digest.indexOf(':') + 1);
        if (run(List.of(PROGRAM.toString(), "image", "exists", id)).code() != 0) {
            String load = "docker save " + name + " | " + PROGRAM + " load --quiet";
            Program.Run loaded = run(List.of("bash", "-o", "pipefail", "-c", load));
            assertThat(loaded.code()).as(loaded.output()).isZero();
        }
        image = id;
    }

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
        Program.Run said = ask(arguments);
        assertThat(said.code()).as("%s: %s", List.of(arguments), said.output()).isZero();
        return said.output().strip();
    }

    Program.Run ask(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(PROGRAM.toString()));
        argv.addAll(List.of(arguments));
        return run(argv);
    }

    void awaitSql(String container, String query, String answer) {
        Eventually.happens(
                query + " → " + answer,
                () -> ask("logs", container).output(),
                () ->
                        ask("exec", container, "psql", "-XqAt", "-U", "postgres", "-c", query)
                                .output()
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

    private static Program.Run run(List<String> argv) {
        return Program.run(argv, Map.of());
    }

    @Override
    public void close() {
        containers.reversed().forEach(each -> ask("rm", "--force", "--volumes", each));
    }
}
