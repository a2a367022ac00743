package io.pgentrypoint.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A node as it is in a container: its first process is PID 1 of a PID namespace of its own.
public final class PidOne implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(2);
    private static final List<String> NEW_NAMESPACE =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    private final ProcessNode node;
    private final List<String> prefix = new ArrayList<>(NEW_NAMESPACE);
    private final List<Run> runs = new ArrayList<>();
    private boolean onTerminal;

    public PidOne() throws IOException {
        ProcessNode.requireRoot();
        node = ProcessNode.standalone().ownHome();
    }

    /// On a volume that holds a cluster already: its first boot is not what is looked at.
    public static PidOne onCluster() throws IOException {
        PidOne one = new PidOne();
        ProcessNode _ = one.node.on(RealCluster.volume());
        return one;
    }

    public PidOne set(String name, String value) {
        ProcessNode _ = node.with(name, value);
        return this;
    }

    /// Another program that the command is started by.
    public PidOne behind(String... words) {
        prefix.addAll(List.of(words));
        return this;
    }

    /// Of Java; the last one of a kind counts.
    public PidOne option(String... more) {
        ProcessNode _ = node.option(more);
        return this;
    }

    public ProcessNode node() {
        return node;
    }

    public Path home() {
        return node.home;
    }

    public Path data() {
        return node.data;
    }

    public int port() {
        return node.port;
    }

    public PidOne start(String... arguments) {
        // initdb's own rules let a replica of this machine in without a question.
        if (!node.value("PRIMARY_HOST").isEmpty()) {
            set("REPLICATION_REQUIRE_AUTH", "scram-sha-256,none");
        }
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(arguments));
        String[] command = words.toArray(String[]::new);
        runs.add(onTerminal ? node.onTerminal(prefix, command) : node.under(prefix, command));
        return this;
    }

    /// Of the last start.
    public String log() {
        return run().said();
    }

    public PidOne awaitLog(String text) {
        await(() -> log().contains(text), "says " + text);
        return this;
    }

    /// The server's own word, after the line of the bootstrap server.
    public PidOne awaitReady() {
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

    public void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + Limits.WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            boolean waits = System.nanoTime() - end < 0 && run().alive();
            if (!waits && !condition.getAsBoolean()) {
                throw new AssertionError("does not come to this: " + what + "\n" + log());
            }
            run().leave(POLL);
        }
    }

    /// From outside its namespace, as an engine sends them.
    public PidOne send(String signal) {
        RealCluster.execute(List.of("kill", "-" + signal, String.valueOf(pid())));
        return this;
    }

    /// Until none waits to be taken any more.
    public PidOne awaitTaken() {
        ProcessHandle first = ProcessHandle.of(pid()).orElseThrow();
        await(
                () -> Proc.status(first, "ShdPnd:").endsWith("\t0000000000000000"),
                "takes its signals");
        return this;
    }

    /// A server that was killed, with more WAL to replay than it takes to look at it.
    public PidOne crashWithMuchToRecover() throws IOException {
        set("POSTGRES_CONF_checkpoint_timeout", "1d").set("POSTGRES_CONF_max_wal_size", "10GB");
        start().awaitReady();
        sql("CREATE TABLE t AS SELECT n, repeat('x', 200) FROM generate_series(1, 200000) n");
        sql("UPDATE t SET n = n + 1");
        Proc.signal("KILL", pid());
        int _ = exitCode();
        return this;
    }

    /// Stops that process of the server as soon as there is one.
    ///
    /// @return its id
    public long holdProcess(String title) {
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
    public PidOne inOwnGroup() {
        prefix.addFirst("setsid");
        return this;
    }

    /// A terminal of its own, as `docker run -it` gives one; [#pid] is not PID 1 then.
    public PidOne onTerminal() {
        onTerminal = true;
        return this;
    }

    public PidOne press(char key) throws IOException {
        run().type(key);
        return this;
    }

    /// The process that made the namespace leads it.
    public long group() {
        return run().pid();
    }

    /// Whether that program runs in there.
    public boolean runs(String program) {
        return inside().anyMatch(one -> one.info().command().orElse("").endsWith("/" + program));
    }

    public long zombies() {
        return inside().filter(one -> Proc.stat(one).contains(") Z ")).count();
    }

    /// From a process id inside to the one that is seen here.
    public long pidOutside(long pidInside) {
        return inside().filter(one -> Proc.status(one, "NSpid:").endsWith("\t" + pidInside))
                .findAny()
                .orElseThrow()
                .pid();
    }

    private Stream<ProcessHandle> inside() {
        return handle().descendants();
    }

    /// PID 1, as seen from here.
    public long pid() {
        await(() -> handle().children().findAny().isPresent(), "has a child");
        return handle().children().findAny().orElseThrow().pid();
    }

    /// The server's first process, as seen from here.
    public ProcessHandle server() {
        return ProcessHandle.of(pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/postgres"))
                .findAny()
                .orElseThrow();
    }

    private Run run() {
        return runs.getLast();
    }

    private ProcessHandle handle() {
        return ProcessHandle.of(run().pid()).orElseThrow(() -> new AssertionError(log()));
    }

    public int exitCode() {
        return run().end().code();
    }

    public Duration timeToEnd() {
        long start = System.nanoTime();
        int _ = exitCode();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public List<String> psql(String... more) {
        List<String> argv = new ArrayList<>();
        argv.add(RealCluster.programs().resolve("psql").toString());
        argv.addAll(
                List.of("-XqAt", "-h", node.sockets().toString(), "-p", String.valueOf(port())));
        argv.addAll(List.of("-U", "postgres"));
        argv.addAll(List.of(more));
        return argv;
    }

    public String sql(String statement) {
        return RealCluster.execute(psql("-c", statement)).strip();
    }

    public String controlData(String field) {
        String program = RealCluster.programs().resolve("pg_controldata").toString();
        return RealCluster.execute(List.of(program, data().toString()))
                .lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
