package io.pgentrypoint.execute.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Jar;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.settings.Layout;
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

    /// @return each system call about a file
    private static List<String> init(Path data, int code) throws IOException {
        Path trace = Files.createTempFile("trace", null);
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "300", "-e"));
        argv.addAll(
                List.of(
                        "trace=%file,getdents64,flock,dup2,fchmod,setresuid",
                        "-o", trace.toString()));
        argv.addAll(Jar.java());
        argv.add("init");
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

    private static List<String> asRoot(List<String> calls) {
        List<String> asRoot = new ArrayList<>();
        for (String call : calls) {
            if (call.contains("setresuid(")) {
                break;
            }
            asRoot.add(call);
        }
        assertThat(asRoot).hasSizeLessThan(calls.size());
        return asRoot;
    }

    /// Descriptors are shown with their paths.
    private static List<String> of(Path path, List<String> calls) {
        return calls.stream().filter(call -> call.contains(path.toString())).toList();
    }

    @Test
    void a_volume_of_many_right_files_costs_a_look_at_some_of_them_and_no_walk()
            throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            manyFiles(cluster.data());
            RealCluster.execute(List.of("chown", "-R", "postgres:", cluster.data() + "/base"));
            List<String> calls = init(cluster.data(), 0);
            // As root, and as the server's user.
            assertThat(naming(calls, "base/90000")).isLessThan(30);
            List<String> ofVolume = of(cluster.data(), asRoot(calls));
            // The top, global, pg_wal, and two files of each database.
            assertThat(ofVolume).as("asked as root about the volume").hasSizeBetween(50, 250);
            assertThat(ofVolume).noneMatch(call -> call.contains("chown"));
        }
    }

    /// Names that were looked up by a path could mean another file a moment later.
    @Test
    void root_opens_each_name_of_the_volume_below_its_open_directory() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            RealCluster.execute(List.of("chown", "-R", "54321", cluster.data().toString()));
            assertThat(of(cluster.data(), asRoot(init(cluster.data(), 0))))
                    .hasSizeGreaterThan(3000)
                    .noneMatch(call -> call.contains("\"" + cluster.data()));
        }
    }

    @Test
    void a_wrong_top_is_given_away_after_all_below_it() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            Files.setAttribute(cluster.data(), "unix:uid", 0);
            RealCluster.execute(List.of("chown", "-R", "0", cluster.data().toString()));
            List<String> given =
                    of(cluster.data(), asRoot(init(cluster.data(), 0))).stream()
                            .filter(call -> call.contains("chown"))
                            .toList();
            assertThat(given.size()).isGreaterThan(900);
            assertThat(given.getLast()).contains("<" + cluster.data() + ">");
            Path below = cluster.data().resolve("base/1/PG_VERSION");
            assertThat(Files.getAttribute(below, "unix:uid"))
                    .isEqualTo(Files.getAttribute(cluster.data(), "unix:uid"))
                    .isNotEqualTo(0);
        }
    }

    /// The lock that children inherit as their stdin would let them write to a file that only root
    /// could open.
    @Test
    void the_lock_that_children_hold_was_opened_after_the_step_down() throws IOException {
        require("strace");
        try (RealCluster cluster = RealCluster.create()) {
            RealCluster.execute(List.of("chown", "-R", "54321", cluster.data().toString()));
            List<String> calls = init(cluster.data(), 0);
            Path lock = new Layout(cluster.data()).lock();
            List<String> asRoot = asRoot(calls);
            assertThat(of(lock, asRoot))
                    .anyMatch(call -> call.contains("flock("))
                    .noneMatch(call -> call.contains("dup2("));
            List<String> later = of(lock, calls.subList(asRoot.size(), calls.size()));
            assertThat(later)
                    .anyMatch(call -> call.contains("openat(") && call.contains("O_NOFOLLOW"));
            assertThat(later).anyMatch(call -> call.contains("dup2("));
        }
    }
}
