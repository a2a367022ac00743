package io.pgentrypoint.kit;

import io.pgentrypoint.connect.LocalServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.opentest4j.TestAbortedException;

/// A PostgreSQL of its own for a test: a real initdb, a real server. It runs as the user postgres
/// when the tests run as root, which the server refuses, and as the user of the tests otherwise.
public final class RealCluster implements AutoCloseable {

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final int PORTS_FROM = 12_000;
    private static final int PORTS = 20_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Path home;
    private final int port;

    private RealCluster(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    /// All that are made with the same arguments have one system identifier.
    public static RealCluster create(String... initdbArguments) {
        return empty().initialized(initdbArguments);
    }

    /// Without a data directory.
    public static RealCluster empty() {
        try {
            // Short: a socket path has 107 bytes.
            return new RealCluster(own(Files.createTempDirectory("pg")), freePort());
        } catch (IOException e) {
            throw new AssertionError("no test cluster", e);
        }
    }

    public RealCluster initialized(String... initdbArguments) {
        execute(copying(volume(initdbArguments), data()));
        return this;
    }

    /// A data directory to copy, which initdb has made once.
    public static Path volume(String... initdbArguments) {
        return Once.made(
                        "initdb",
                        String.join(" ", initdbArguments),
                        directory -> {
                            try (RealCluster cluster = empty()) {
                                cluster.initdb(initdbArguments);
                                execute(copying(cluster.data(), directory.resolve("data")));
                            }
                        })
                .resolve("data");
    }

    private void initdb(String... more) {
        List<String> arguments = new ArrayList<>(List.of("-D", data().toString()));
        arguments.addAll(List.of("-U", "postgres", "-A", "trust", "-E", "UTF8"));
        arguments.addAll(List.of("--no-locale", "--no-sync"));
        arguments.addAll(List.of(more));
        run("initdb", arguments);
    }

    /// The command that copies a data directory, sharing its blocks where the file system can.
    public static List<String> copying(Path from, Path to) {
        return List.of("cp", "-a", "--reflink=auto", from.toString(), to.toString());
    }

    /// Another one with the same content, and the same system identifier.
    public RealCluster copy() {
        try {
            Path other = Files.createTempDirectory("pg");
            execute(List.of("cp", "-a", home + "/.", other.toString()));
            return new RealCluster(other, freePort());
        } catch (IOException e) {
            throw new AssertionError("no copy of the test cluster", e);
        }
    }

    public Path home() {
        return home;
    }

    public Path data() {
        return home.resolve("data");
    }

    public int port() {
        return port;
    }

    public LocalServer server() {
        return new LocalServer(home, port);
    }

    /// The directory of the newest installed PostgreSQL.
    public static Path programs() {
        Path programs = installed();
        if (Files.exists(programs)) {
            return programs;
        }
        if (System.getenv("CI") != null) {
            throw new AssertionError("this test needs PostgreSQL in " + PACKAGES);
        }
        throw new TestAbortedException("not run: needs PostgreSQL in " + PACKAGES);
    }

    /// The same, or a directory that does not exist.
    public static Path installed() {
        try (var versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(
                            java.util.Comparator.comparingInt(
                                    bin -> Integer.parseInt(bin.getName(3).toString())))
                    .orElse(PACKAGES.resolve("none/bin"));
        } catch (IOException e) {
            return PACKAGES.resolve("none/bin");
        }
    }

    /// Gives it to the server's user, if somebody else runs the tests.
    public static Path own(Path path) throws IOException {
        if (ROOT) {
            Files.setOwner(
                    path,
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("postgres"));
        }
        return path;
    }

    public static int major() {
        return Integer.parseInt(programs().getName(3).toString());
    }

    public RealCluster start(String... serverArguments) {
        String arguments =
                "-k "
                        + home
                        + " -p "
                        + port
                        + " -c listen_addresses=127.0.0.1 -c fsync=off "
                        + String.join(" ", serverArguments);
        run(
                "pg_ctl",
                List.of(
                        "-D",
                        data().toString(),
                        "-w",
                        "-l",
                        home.resolve("log").toString(),
                        "-o",
                        arguments,
                        "start"));
        return this;
    }

    /// The server's process with that in its title.
    public long process(String title) {
        try {
            String pid = Files.readAllLines(data().resolve("postmaster.pid")).getFirst();
            return ProcessHandle.of(Long.parseLong(pid))
                    .orElseThrow()
                    .children()
                    .filter(child -> ProcFile.text(child.pid(), "cmdline").contains(title))
                    .findAny()
                    .orElseThrow()
                    .pid();
        } catch (IOException e) {
            throw new AssertionError("no running test cluster", e);
        }
    }

    public RealCluster stop() {
        run("pg_ctl", List.of("-D", data().toString(), "-w", "-m", "fast", "stop"));
        return this;
    }

    public void sql(String... statements) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-X",
                                "-q",
                                "-v",
                                "ON_ERROR_STOP=1",
                                "-h",
                                home.toString(),
                                "-p",
                                String.valueOf(port),
                                "-U",
                                "postgres"));
        for (String statement : statements) {
            arguments.add("-c");
            arguments.add(statement);
        }
        run("psql", arguments);
    }

    public void append(String file, String text) {
        try {
            Files.writeString(
                    data().resolve(file),
                    text,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Runs one of PostgreSQL's programs and returns what it says.
    public String run(String program, List<String> arguments) {
        List<String> argv = new ArrayList<>(asOrdinaryUser());
        argv.add(programs().resolve(program).toString());
        argv.addAll(arguments);
        return execute(argv);
    }

    public static List<String> asOrdinaryUser() {
        return ROOT
                ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--")
                : List.of();
    }

    public static String execute(List<String> argv) {
        try {
            Path output = Files.createTempFile("out", null);
            try {
                // A file, not a pipe: the server inherits it and would keep a pipe open.
                Process process =
                        new ProcessBuilder(argv)
                                .directory(Path.of("/").toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                boolean ended = process.waitFor(2, TimeUnit.MINUTES);
                String said = Files.readString(output);
                if (!ended || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new AssertionError(String.join(" ", argv) + " failed: " + said);
                }
                return said;
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Nothing listens there, and nothing will by accident: the kernel gives outgoing connections,
    /// and an engine its containers, ports from 32768 on. Each VM of tests has begun somewhere
    /// else.
    public static int freePort() {
        while (true) {
            int port = PORTS_FROM + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket _ = new ServerSocket(port)) {
                return port;
            } catch (IOException e) {
                // Somebody has it: the next one.
            }
        }
    }

    @Override
    public void close() {
        if (Files.exists(data().resolve("postmaster.pid"))) {
            run("pg_ctl", List.of("-D", data().toString(), "-w", "-m", "immediate", "stop"));
        }
        execute(List.of("rm", "-rf", home.toString()));
    }
}
