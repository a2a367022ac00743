package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Real PostgreSQL programs over a directory that is thrown away. They refuse to run as root, so
/// root runs them as the user postgres.
final class ScratchCluster implements AutoCloseable {

    final Path directory;
    final Path data;
    final int port;
    private final Path programs = programs();
    private boolean running;

    ScratchCluster() throws IOException {
        directory = Files.createTempDirectory("entrypoint-render-");
        own(directory);
        data = directory.resolve("data");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    /// The newest PostgreSQL of this machine, or that of `-Dpostgresql.bin=…`.
    private static Path programs() {
        String chosen = System.getProperty("postgresql.bin", "");
        if (!chosen.isEmpty()) {
            return Path.of(chosen);
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError("cannot find PostgreSQL: set -Dpostgresql.bin=…", e);
        }
    }

    int major() throws IOException {
        String version = run("postgres", "--version");
        return Integer.parseInt(version.replaceAll("\\D*(\\d+).*\\s*", "$1"));
    }

    void initialise() throws IOException {
        run(
                "initdb",
                "-D",
                data.toString(),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
    }

    /// A file of the cluster, readable for its server and for nobody else.
    Path write(String name, String text) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        own(file.resolveSibling("."));
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        own(file);
        return file;
    }

    void append(String name, String text) throws IOException {
        Files.writeString(data.resolve(name), text, StandardOpenOption.APPEND);
    }

    void start() throws IOException {
        String options = "-p " + port + " -k " + directory + " -c fsync=off";
        run(
                "pg_ctl",
                "-D",
                data.toString(),
                "-w",
                "-o",
                options,
                "-l",
                directory.resolve("log").toString(),
                "start");
        running = true;
    }

    void reload() throws IOException {
        run("pg_ctl", "-D", data.toString(), "reload");
    }

    String superuser() {
        return "host=127.0.0.1 port=" + port + " user=postgres dbname=postgres";
    }

    /// Runs SQL and returns every field of every row, as the server sent it.
    List<String> sql(String conninfo, String sql) throws IOException {
        Path script = directory.resolve("script.sql");
        Files.writeString(script, sql);
        String output =
                run(
                        "psql",
                        "--no-psqlrc",
                        "--no-password",
                        "--quiet",
                        "--no-align",
                        "--tuples-only",
                        "--record-separator-zero",
                        "--field-separator-zero",
                        "--set=ON_ERROR_STOP=1",
                        "--dbname=" + conninfo,
                        "--file=" + script);
        List<String> fields = new ArrayList<>(List.of(output.split("\0", -1)));
        fields.removeLast();
        return fields;
    }

    /// Runs a program to its end, which must be a success, and returns what it wrote to stdout.
    String run(String program, String... arguments) throws IOException {
        Outcome outcome = attempt(program, arguments);
        assertThat(outcome.code()).as("%s: %s", program, outcome.stderr()).isZero();
        return outcome.stdout();
    }

    record Outcome(int code, String stdout, String stderr) {}

    Outcome attempt(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        File stdout = directory.resolve("stdout").toFile();
        File stderr = directory.resolve("stderr").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectOutput(stdout)
                        .redirectError(stderr);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(Map.of("PGCLIENTENCODING", "UTF8", "LC_ALL", "C.UTF-8"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", program).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(program);
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), text(stdout), text(stderr));
    }

    private static String text(File file) throws IOException {
        return new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
    }

    private static boolean isRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    private static void own(Path path) throws IOException {
        if (isRoot()) {
            UserPrincipal postgres =
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("postgres");
            Files.setOwner(path, postgres);
        }
    }

    @Override
    public void close() throws IOException {
        if (running) {
            run("pg_ctl", "-D", data.toString(), "-w", "-m", "immediate", "stop");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
