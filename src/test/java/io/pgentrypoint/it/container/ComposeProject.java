package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// A compose file of this repository as it stands, under a project name of its own, through the
/// program that users call: Testcontainers has no `up --wait`, nor a `down` that keeps the volumes.
final class ComposeProject implements AutoCloseable {

    private final String name = "pg-entrypoint-it-" + UUID.randomUUID();
    private final List<String> files;

    /// @param file one of the compose files of this repository
    ComposeProject(String file, Path... overrides) {
        List<String> all = new ArrayList<>(List.of("--file", file));
        for (Path override : overrides) {
            all.addAll(List.of("--file", override.toString()));
        }
        files = List.copyOf(all);
    }

    String name() {
        return name;
    }

    Program.Run compose(String... words) {
        List<String> argv = new ArrayList<>(List.of("docker", "compose", "--project-name", name));
        argv.addAll(files);
        argv.addAll(List.of("--ansi", "never", "--progress", "quiet"));
        argv.addAll(List.of(words));
        return run(argv);
    }

    String sql(String service, String statement) {
        return exec(service, "psql", "-XqAt", "-U", "admin", "-c", statement);
    }

    /// That its server does not answer yet is no answer.
    boolean says(String service, String query, String answer) {
        Program.Run run =
                compose("exec", "-T", service, "psql", "-XqAt", "-U", "admin", "-c", query);
        return run.code() == 0 && run.output().strip().equals(answer);
    }

    String log(String service) {
        return compose("logs", "--no-log-prefix", service).output();
    }

    /// Says why when it does not.
    ComposeProject up() {
        Program.Run up = compose("up", "--wait", "--wait-timeout", "150");
        assertThat(up.code()).as(() -> up.output() + compose("logs").output()).isZero();
        return this;
    }

    String exec(String service, String... argv) {
        List<String> words = new ArrayList<>(List.of("exec", "-T", service));
        words.addAll(List.of(argv));
        return compose(words.toArray(String[]::new)).succeeded().strip();
    }

    Program.Run docker(String... words) {
        List<String> argv = new ArrayList<>(List.of("docker"));
        argv.addAll(List.of(words));
        return run(argv);
    }

    private static Program.Run run(List<String> argv) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("IMAGE", ContainerNode.IMAGE + ":" + ContainerNode.MAJOR);
        if (ContainerNode.MAJOR >= 18) {
            environment.put("VOLUME_DIR", "/var/lib/postgresql");
        }
        return Program.run(argv, environment);
    }

    @Override
    public void close() {
        compose("down", "--volumes", "--timeout", "10").succeeded();
    }
}
