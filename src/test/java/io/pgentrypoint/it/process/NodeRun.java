package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Jar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The command as it is in an image: PID 1 of a PID namespace, on a directory of its own.
final class NodeRun implements AutoCloseable {

    private static final Duration LONGEST = Limits.WAIT;
    private static final List<String> NEW_NAMESPACE =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    private final Path home;
    private final int port;
    private final Map<String, String> variables = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>(NEW_NAMESPACE);
    private final List<String> options = new ArrayList<>(List.of("-Xrs"));
    private final List<Process> processes = new ArrayList<>();
    private Path log;
    private boolean onTerminal;

    NodeRun() throws IOException {
        requireRoot();
        // Short: a socket path has 107 bytes.
        home = Files.createTempDirectory("node");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        RealCluster.execute(List.of("chown", "postgres", home.toString()));
        port = RealCluster.freePort();
        log = home.resolve("log.0");
        set("PGDATA", data().toString());
        set("PGPORT", String.valueOf(port));
        set("POSTGRES_PASSWORD", "correct horse");
        set("POSTGRES_CONF_unix_socket_directories", home.toString());
        set("POSTGRES_CONF_listen_addresses", "127.0.0.1");
        set("POSTGRES_INITDB_ARGS", "--auth-local=trust --no-sync");
        set("POSTGRES_CONF_fsync", "off");
    }

    private static void requireRoot() {
        if ("root".equals(System.getProperty("user.name"))) {
            return;
        }
        String message = "NOT TESTED: a PID namespace needs root";
        assertThat(System.getenv("CI")).as(message).isNull();
        Assumptions.abort(message);
    }

    /// On a volume that holds a cluster already: its first boot is not what is looked at.
    static NodeRun onCluster() throws IOException {
        NodeRun node = new NodeRun();
        RealCluster.execute(RealCluster.copying(RealCluster.volume(), node.data()));
        return node;
    }

    NodeRun set(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /// Another program that the command is started by.
    NodeRun behind(String... words) {
        prefix.addAll(List.of(words));
        return this;
    }

    /// Of Java; the last one of a kind counts.
    NodeRun option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    Map<String, String> variables() {
        return variables;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    int port() {
        return port;
    }

    NodeRun start(String... arguments) throws IOException {
        log = home.resolve("log." + processes.size());
        List<String> argv = new ArrayList<>(Jar.SIGNALS_BLOCKED);
        argv.addAll(prefix);
        argv.addAll(Jar.java(options.toArray(String[]::new)));
        argv.add("run");
        argv.addAll(List.of(arguments));
        List<String> words =
                onTerminal
                        // Without exec a dash stays between, which Ctrl-C ends.
                        ? List.of("script", "-qefc", "exec " + String.join(" ", argv), "/dev/null")
                        : argv;
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("_JAVA_SR_SIGNUM", "50");
        builder.environment().putAll(variables);
        // initdb's own rules let a replica of this machine in without a question.
        if (variables.containsKey("PRIMARY_HOST")) {
            builder.environment().put("REPLICATION_REQUIRE_AUTH", "scram-sha-256,none");
        }
        processes.add(builder.start());
        return this;
    }

    String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    NodeRun awaitLog(String text) {
        await(() -> log().contains(text), "says " + text);
        return this;
    }

    /// The server's own word, after the line of the bootstrap server.
    NodeRun awaitReady() {
        Path file = data().resolve("postmaster.pid");
        await(
                () -> {
                    try {
                        return Files.readString(file).contains("ready");
                    } catch (IOException e) {
                        return false;
                    }
                },
                "is ready");
        return this;
    }

    void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            boolean waits = System.nanoTime() - end < 0 && process().isAlive();
            if (!waits && !condition.getAsBoolean()) {
                throw new AssertionError("does not come to this: " + what + "\n" + log());
            }
            LockSupport.parkNanos(Proc.POLL_NANOS);
        }
    }

    /// From outside its namespace, as an engine sends them.
    NodeRun send(String signal) {
        RealCluster.execute(List.of("kill", "-" + signal, String.valueOf(pid())));
        return this;
    }

    /// Until none waits to be taken any more.
    NodeRun awaitTaken() {
        ProcessHandle first = ProcessHandle.of(pid()).orElseThrow();
        await(
                () -> Proc.status(first, "ShdPnd:").endsWith("\t0000000000000000"),
                "takes its signals");
        return this;
    }

    /// A server that was killed, with more WAL to replay than it takes to look at it.
    NodeRun crashWithMuchToRecover() throws IOException {
        set("POSTGRES_CONF_checkpoint_timeout", "1d").set("POSTGRES_CONF_max_wal_size", "10GB");
        start().awaitReady();
        sql("CREATE TABLE t AS SELECT n, repeat('x', 200) FROM generate_series(1, 200000) n");
        sql("UPDATE t SET n = n + 1");
        Proc.signal("KILL", pid());
        exitCode();
        return this;
    }

    /// Stops that process of the server as soon as there is one.
    ///
    /// @return its id
    long holdProcess(String title) {
        List<Long> found = new ArrayList<>();
        await(
                () ->
                        inside().filter(one -> Proc.title(one).contains("postgres: " + title))
                                .findAny()
                                .map(one -> found.add(one.pid()))
                                .orElse(false),
                "has a process " + title);
        Proc.signal("STOP", found.getFirst());
        return found.getFirst();
    }

    /// So that a signal to the whole group, as a terminal sends it, does not reach this VM.
    NodeRun inOwnGroup() {
        prefix.addFirst("setsid");
        return this;
    }

    /// A terminal of its own, as `docker run -it` gives one; [#pid] is not PID 1 then.
    NodeRun onTerminal() {
        onTerminal = true;
        return this;
    }

    NodeRun press(char key) throws IOException {
        process().getOutputStream().write(key);
        process().getOutputStream().flush();
        return this;
    }

    /// The process that made the namespace leads it.
    long group() {
        return process().pid();
    }

    /// Whether that program runs in there.
    boolean runs(String program) {
        return inside().anyMatch(one -> one.info().command().orElse("").endsWith("/" + program));
    }

    long zombies() {
        return inside().filter(one -> Proc.stat(one).contains(") Z ")).count();
    }

    /// From a process id inside to the one that is seen here.
    long pidOutside(long pidInside) {
        return inside().filter(one -> Proc.status(one, "NSpid:").endsWith("\t" + pidInside))
                .findAny()
                .orElseThrow()
                .pid();
    }

    private Stream<ProcessHandle> inside() {
        return process().descendants();
    }

    /// PID 1, as seen from here.
    long pid() {
        await(() -> process().children().findAny().isPresent(), "has a child");
        return process().children().findAny().orElseThrow().pid();
    }

    /// The server's first process, as seen from here.
    ProcessHandle server() {
        return ProcessHandle.of(pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/postgres"))
                .findAny()
                .orElseThrow();
    }

    private Process process() {
        return processes.getLast();
    }

    int exitCode() {
        try {
            assertThat(process().waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
            return process().exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Duration timeToEnd() {
        long start = System.nanoTime();
        exitCode();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    List<String> psql(String... more) {
        List<String> argv = new ArrayList<>();
        argv.add(RealCluster.programs().resolve("psql").toString());
        argv.addAll(List.of("-XqAt", "-h", home.toString(), "-p", String.valueOf(port)));
        argv.addAll(List.of("-U", "postgres"));
        argv.addAll(List.of(more));
        return argv;
    }

    String sql(String statement) {
        return RealCluster.execute(psql("-c", statement)).strip();
    }

    String controlData(String field) {
        String program = RealCluster.programs().resolve("pg_controldata").toString();
        return RealCluster.execute(List.of(program, data().toString()))
                .lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        // Death of the parent ends the namespace, and with it everything in it; the last of them
        // may
        // still be in a write.
        List<ProcessHandle> all =
                processes.stream()
                        .flatMap(one -> Stream.concat(one.descendants(), Stream.of(one.toHandle())))
                        .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(Proc::awaitEnd);
        // PID 1 was killed, and its socket lies outside.
        RealCluster.execute(
                List.of("rm", "-rf", home.toString(), "/var/run/postgresql/.s.entrypoint." + port));
    }
}
