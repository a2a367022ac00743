package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The classes of the jar as its VM wants them, made once for each build beside the jar, as the
/// image has them: a start takes half the processor time, and the tests start a thousand nodes.
final class ClassArchive {

    private static final long POLL_NANOS = 50_000_000;

    private final Path jar;
    private final List<String> flags;
    private final Path work;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Path> classes = new ArrayList<>();

    private ClassArchive(Path jar, List<String> flags) throws IOException {
        this.jar = jar;
        this.flags = flags;
        work = Files.createTempDirectory("classes");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        RealCluster.own(Files.createDirectory(work.resolve("s")));
        environment.putAll(
                Map.of(
                        "PATH", RealCluster.installed() + ":/usr/bin:/bin",
                        "_JAVA_SR_SIGNUM", "50",
                        "POSTGRES_PASSWORD", "recording",
                        "REPLICATION_PASSWORD", "recording",
                        "POSTGRES_CONF_listen_addresses", "127.0.0.1",
                        "POSTGRES_CONF_unix_socket_directories", work + "/s",
                        "POSTGRES_CONF_fsync", "off",
                        "REPLICATION_REQUIRE_AUTH", "scram-sha-256,none",
                        "HA_MODE", "native"));
    }

    static Path of(Path jar, List<String> flags) {
        String name = "classes.jsa";
        return Once.made(
                        "classes",
                        flags.toString(),
                        directory -> new ClassArchive(jar, flags).make(directory.resolve(name)))
                .resolve(name);
    }

    private void make(Path archive) throws IOException {
        try {
            recordLives();
            Path list = Files.write(work.resolve("list"), listed());
            // Not linked in advance (AOTClassLinking): such an archive has no lambdas of a list,
            // and
            // each start loads all of its classes.
            succeeds(
                    "-Xshare:dump",
                    "-Xlog:disable",
                    "-Xlog:all=error:stderr",
                    "-XX:SharedClassListFile=" + list,
                    "-XX:SharedArchiveFile=" + archive,
                    "-cp",
                    jar.toString());
            Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
            // Refuses to start when the archive does not fit the VM, its flags and the jar.
            succeeds(
                    "-Xshare:on",
                    "-XX:SharedArchiveFile=" + archive,
                    "-jar",
                    jar.toString(),
                    "--version");
        } finally {
            RealCluster.execute(List.of("rm", "-rf", work.toString()));
        }
    }

    /// A primary and its replica. A command may fail, without PostgreSQL for example: what it
    /// loaded until then counts.
    private void recordLives() throws IOException {
        String replicaPort = String.valueOf(RealCluster.freePort());
        Map<String, String> primary =
                Map.of(
                        "PGDATA",
                        work + "/primary",
                        "PGPORT",
                        String.valueOf(RealCluster.freePort()),
                        "PEER_HOSTS",
                        "127.0.0.1:" + replicaPort,
                        "PROBE_PORT",
                        String.valueOf(RealCluster.freePort()),
                        "REPLICATION_ROLE",
                        "primary");
        Map<String, String> replica =
                Map.of(
                        "PGDATA",
                        work + "/replica",
                        "PGPORT",
                        replicaPort,
                        "PRIMARY_HOST",
                        "127.0.0.1",
                        "PRIMARY_PORT",
                        primary.getOrDefault("PGPORT", ""),
                        "REPLICATION_ROLE",
                        "replica");
        end(start(primary, "variables"));
        end(start(primary, "plan"));
        Process server = start(primary, "run");
        awaitReady(server);
        end(start(primary, "status"));
        Process standby = start(replica, "run");
        awaitReady(standby);
        end(start(replica, "healthcheck"));
        end(start(replica, "cluster"));
        standby.destroy();
        end(standby);
        end(start(replica, "plan"));
        server.destroy();
        end(server);
    }

    private Process start(Map<String, String> node, String command) throws IOException {
        Path list = work.resolve(classes.size() + ".classes");
        classes.add(list);
        List<String> argv = new ArrayList<>(Jar.SIGNALS_BLOCKED);
        argv.add(Jar.vm());
        argv.addAll(flags);
        argv.addAll(List.of("-Xrs", "-Xshare:off", "-XX:DumpLoadedClassList=" + list));
        argv.addAll(List.of("-jar", jar.toString(), command));
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(log().toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(node);
        return builder.start();
    }

    /// Of the command that was started last.
    private Path log() {
        return work.resolve(classes.size() + ".log");
    }

    private void awaitReady(Process node) throws IOException {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        while (node.isAlive() && !Files.readString(log()).contains(" system is ready to accept ")) {
            assertThat(System.nanoTime() - end).as(Files.readString(log())).isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(Limits.WAIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("cannot record a command: it does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The ids number the classes of one run; only those of a loader of one's own, of which there
    /// are none, would need them. A line that a run has twice stays twice: there are two places
    /// with the same lambda, and the archive holds one for each.
    private List<String> listed() throws IOException {
        List<String> lines = new ArrayList<>();
        Map<String, Integer> kept = new HashMap<>();
        for (Path file : classes) {
            Map<String, Integer> run = new HashMap<>();
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                String entry = line.replaceFirst(" id: \\d+$", "");
                int times = run.merge(entry, 1, Integer::sum);
                if (!line.contains("source:") && times > kept.getOrDefault(entry, 0)) {
                    kept.put(entry, times);
                    lines.add(entry);
                }
            }
        }
        assertThat(lines).as("the classes of %s", jar).hasSizeGreaterThan(1000);
        return lines;
    }

    private void succeeds(String... words) {
        List<String> argv = new ArrayList<>();
        argv.add(Jar.vm());
        argv.addAll(flags);
        argv.addAll(List.of(words));
        RealCluster.execute(argv);
    }
}
