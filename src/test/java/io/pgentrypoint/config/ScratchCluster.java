package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.RealCluster;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Real PostgreSQL programs over a directory that is thrown away. They refuse to run as root, so
/// root runs them as the user postgres.
final class ScratchCluster implements AutoCloseable {

    private final RealCluster cluster = RealCluster.empty();
    final Path directory = cluster.home();
    final Path data = cluster.data();
    final int port = cluster.port();

    void initialise() {
        cluster.initialized();
    }

    /// A file of the cluster, readable for its server and for nobody else.
    Path write(String name, String text) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        RealCluster.own(file.resolveSibling("."));
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        RealCluster.own(file);
        return file;
    }

    void append(String name, String text) throws IOException {
        Files.writeString(data.resolve(name), text, StandardOpenOption.APPEND);
    }

    void start() {
        cluster.start();
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
        List<String> command = new ArrayList<>(RealCluster.asOrdinaryUser());
        command.add(RealCluster.programs().resolve(program).toString());
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

    @Override
    public void close() {
        cluster.close();
    }
}
