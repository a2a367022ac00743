package io.pgentrypoint.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.RealCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What root looks at on a volume before it steps down, as the kernel is asked for it (strace).
class OwnershipIT {

    private static final int MANY = 100_000;

    private static void require(String program) {
        if (!"root".equals(System.getProperty("user.name"))
                || !Files.isExecutable(Path.of("/usr/bin", program))) {
            String message = "NOT TESTED: needs root and " + program;
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
    }

    /// @return each system call that names a file
    private static List<String> init(Path data, int code) throws IOException {
        Path trace = Files.createTempFile("trace", null);
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-s", "300", "-e"));
        argv.addAll(List.of("trace=%file,getdents64,setresuid", "-o", trace.toString()));
        argv.add(ProcessHandle.current().info().command().orElseThrow());
        argv.addAll(List.of("-jar", System.getProperty("entrypoint.jar"), "init"));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(Map.of("POSTGRES_PASSWORD", "x", "PGDATA", data.toString()));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(said).isEqualTo(code);
            return Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.delete(trace);
        }
    }

    private static Path manyFiles(Path data) throws IOException {
        Path directory = Files.createDirectory(data.resolve("base/90000"));
        for (int i = 0; i < MANY; i++) {
            Files.createFile(directory.resolve(String.valueOf(i)));
        }
        return directory;
    }

    private static long naming(List<String> calls, String what) {
        return calls.stream().filter(call -> call.contains(what)).count();
    }

    @Test
    void a_volume_of_many_right_files_costs_looks_at_its_top_and_no_walk() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            manyFiles(cluster.data());
            RealCluster.execute(List.of("chown", "-R", "postgres:", cluster.data() + "/base"));
            List<String> calls = init(cluster.data(), 0);
            assertThat(naming(calls, "base/90000")).isZero();

            List<String> asRoot = new ArrayList<>();
            for (String call : calls) {
                if (call.contains("setresuid(")) {
                    break;
                }
                asRoot.add(call);
            }
            assertThat(asRoot).hasSizeLessThan(calls.size());
            List<String> ofVolume =
                    asRoot.stream().filter(call -> call.contains(cluster.data() + "")).toList();
            // Two of them ask whether another user's server may run on it.
            assertThat(ofVolume)
                    .as("asked as root about the volume")
                    .hasSizeLessThanOrEqualTo(6)
                    .allMatch(call -> call.contains("\"" + cluster.data() + "\""));
        }
    }

    /// The top stands for all below it: what is wrong below a right top is the user's, and the
    /// server says so itself.
    @Test
    void a_wrong_file_below_a_right_top_stays_as_it_is() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            Path wrong = cluster.data().resolve("base/1/PG_VERSION");
            Files.setAttribute(wrong, "unix:uid", 0);
            List<String> calls = init(cluster.data(), 0);
            assertThat(Files.getAttribute(wrong, "unix:uid")).isEqualTo(0);
            assertThat(naming(calls, "base/1/PG_VERSION")).isZero();
        }
    }

    @Test
    void a_wrong_top_is_given_away_after_all_below_it() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            Files.setAttribute(cluster.data(), "unix:uid", 0);
            Path wrong = cluster.data().resolve("base/1/PG_VERSION");
            Files.setAttribute(wrong, "unix:uid", 0);
            List<String> given =
                    init(cluster.data(), 0).stream()
                            .filter(call -> call.contains("chown("))
                            .filter(call -> call.contains(cluster.data().toString()))
                            .toList();
            assertThat(given.size()).isGreaterThan(1000);
            assertThat(given.getLast()).contains("\"" + cluster.data() + "\"");
            assertThat(Files.getAttribute(wrong, "unix:uid"))
                    .isEqualTo(Files.getAttribute(cluster.data(), "unix:uid"))
                    .isNotEqualTo(0);
        }
    }
}
