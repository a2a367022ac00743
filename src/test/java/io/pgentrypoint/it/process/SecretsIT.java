package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.PidOne;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a child could give away: its environment, its arguments, and what its open files hold.
class SecretsIT {

    private static final List<String> SECRETS = List.of("first-secret", "second-secret");
    private static final long MOST = 1 << 20;

    private static PidOne primary() throws IOException {
        return new PidOne()
                .set("HA_MODE", "native")
                .set("REPLICATION_ROLE", "primary")
                .set("POSTGRES_PASSWORD", SECRETS.get(0))
                .set("REPLICATION_PASSWORD", SECRETS.get(1));
    }

    @Test
    void no_child_of_a_primary_or_a_replica_has_a_secret_open() throws IOException {
        try (PidOne primary = primary().start().awaitReady();
                PidOne replica = new PidOne()) {
            replica.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "replica")
                    .set("REPLICATION_PASSWORD", SECRETS.get(1))
                    .set("PRIMARY_HOST", "127.0.0.1")
                    .set("PRIMARY_PORT", String.valueOf(primary.port()))
                    .start()
                    .awaitReady();
            String streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
            primary.await(() -> primary.sql(streaming).equals("1"), "is followed");
            for (PidOne node : List.of(primary, replica)) {
                List<ProcessHandle> children = children(node);
                assertThat(children).hasSizeGreaterThan(4);
                assertThat(children.stream().mapToLong(each -> descriptors(each).size()).sum())
                        .as("open descriptors that were looked at")
                        .isGreaterThan(20);
                assertThat(children).allSatisfy(child -> assertThat(leaks(child)).isEmpty());
            }
        }
    }

    /// While initdb, the bootstrap server and all the others come and go.
    @Test
    void no_child_has_a_password_during_a_first_boot() throws IOException {
        try (PidOne node = primary().start()) {
            Set<String> leaks = new TreeSet<>();
            Set<String> seen = new TreeSet<>();
            while (!node.log().contains("init process complete")) {
                for (ProcessHandle child : children(node)) {
                    String program = Path.of(child.info().command().orElse("?")).getFileName() + "";
                    seen.add(program);
                    leaks(child).forEach(leak -> leaks.add(program + ": " + leak));
                }
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(seen).contains("initdb", "postgres");
            assertThat(leaks).isEmpty();
        }
    }

    private static List<ProcessHandle> children(PidOne node) {
        Optional<String> itself = ProcessHandle.of(node.pid()).flatMap(p -> p.info().command());
        // Between fork and exec a child is the entrypoint still, memory and all.
        return ProcessHandle.of(node.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(child -> !child.info().command().equals(itself))
                .toList();
    }

    private static List<String> leaks(ProcessHandle process) {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        List<String> places = new ArrayList<>();
        places.addAll(leaks("environ", proc.resolve("environ")));
        places.addAll(leaks("cmdline", proc.resolve("cmdline")));
        for (Path open : openFiles(process)) {
            places.addAll(leaks("fd " + open.getFileName(), open));
        }
        return places;
    }

    private static List<String> leaks(String name, Path file) {
        String text = text(file);
        return SECRETS.stream().filter(text::contains).map(each -> each + " in " + name).toList();
    }

    private static List<Path> descriptors(ProcessHandle process) {
        try (Stream<Path> all = Files.list(Path.of("/proc", process.pid() + "", "fd"))) {
            return all.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Files with content, small enough to be one that was made for a secret.
    private static List<Path> openFiles(ProcessHandle process) {
        return descriptors(process).stream()
                .filter(open -> {
                    try {
                        return Files.isRegularFile(open) && Files.size(open) < MOST;
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }

    /// Empty for a process that has ended meanwhile.
    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
