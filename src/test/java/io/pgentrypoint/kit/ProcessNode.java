package io.pgentrypoint.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/// A node with a volume of its own, run by the real jar as a container would run it, with the real
/// PostgreSQL of this machine and no container. Started as root it steps down by itself.
public final class ProcessNode implements AutoCloseable {

    public static final String PASSWORD = "p'a\"s\\s w:o$r#d@/&\u00e9";

    public static final String INITDB = "--no-locale --encoding=UTF8";

    private static final String ACCEPTED = "REPLICATION_REQUIRE_AUTH";
    private static final String NOBODYS_ID = "2147483646";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    public final Path home;
    public final Path data;
    public final int port;
    private final Path sockets;
    private final Path temporary;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Run> runs = new ArrayList<>();
    private List<String> before = List.of();
    private List<String> view = List.of();
    private List<String> around = List.of();
    private final List<String> options = new ArrayList<>();

    private ProcessNode() throws IOException {
        // Fails, or skips and says so, where there is none.
        Path programs = RealCluster.programs();
        // Short: a socket path has 107 bytes.
        home = Files.createTempDirectory("pe");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        data = home.resolve("data");
        sockets = RealCluster.own(Files.createDirectory(home.resolve("s")));
        temporary = RealCluster.own(Files.createDirectory(home.resolve("t")));
        port = RealCluster.freePort();
        environment.putAll(
                Map.of(
                        "PATH",
                        programs + ":/usr/bin:/bin",
                        "LANG",
                        "C.UTF-8",
                        "_JAVA_SR_SIGNUM",
                        "50",
                        "PGDATA",
                        data.toString(),
                        "PGPORT",
                        String.valueOf(port),
                        "POSTGRES_INITDB_ARGS",
                        INITDB,
                        // A killed process loses nothing by it, and the tests are about those.
                        "POSTGRES_CONF_fsync",
                        "off",
                        "POSTGRES_CONF_unix_socket_directories",
                        sockets.toString(),
                        "POSTGRES_CONF_listen_addresses",
                        "127.0.0.1"));
    }

    public static ProcessNode standalone() throws IOException {
        return new ProcessNode().with("POSTGRES_PASSWORD", "super");
    }

    public static ProcessNode primary() throws IOException {
        return onLoopback(standalone())
                .with("HA_MODE", "native")
                .with("REPLICATION_ROLE", "primary")
                .with("REPLICATION_PASSWORD", PASSWORD);
    }

    public static ProcessNode replicaOf(int primaryPort) throws IOException {
        return onLoopback(new ProcessNode())
                .with("HA_MODE", "native")
                .with("REPLICATION_ROLE", "replica")
                .with("REPLICATION_PASSWORD", PASSWORD)
                .with("REPLICA_NAME", "replica")
                .with("PRIMARY_HOST", "127.0.0.1")
                .with("PRIMARY_PORT", String.valueOf(primaryPort));
    }

    /// initdb's own rules let everybody in from the loopback addresses, without a password.
    private static ProcessNode onLoopback(ProcessNode node) {
        return node.with(ACCEPTED, "scram-sha-256,none");
    }

    /// As between machines: the loopback addresses are no exception, here and on this node.
    public ProcessNode proving() throws IOException {
        without(ACCEPTED);
        Path rules = data.resolve("pg_hba.conf");
        if (Files.exists(rules)) {
            Files.writeString(
                    rules,
                    Files.readString(rules)
                            .replaceAll("(?m)^(host .*) trust$", "$1 scram-sha-256"));
        }
        return this;
    }

    /// A member of a Patroni cluster.
    public static ProcessNode member(String name, int etcd) throws IOException {
        return new ProcessNode().withPatroni(name, etcd);
    }

    public ProcessNode withPatroni(String name, int etcd) {
        int rest = RealCluster.freePort();
        lastingAddress()
                .ifPresent(address ->
                        with("PATRONI_RESTAPI_CONNECT_ADDRESS", address + ":" + rest)
                                .with("PATRONI_POSTGRESQL_CONNECT_ADDRESS", address + ":" + port));
        return without("HA_MODE")
                .without("PRIMARY_HOST")
                .with("USE_PATRONI", "true")
                .with("PATRONI_SCOPE", "shop")
                .with("PATRONI_NAME", name)
                .with("PATRONI_ETCD3_HOSTS", "127.0.0.1:" + etcd)
                .with("PATRONI_RESTAPI_LISTEN", "0.0.0.0:" + rest)
                .with("POSTGRES_PASSWORD", "super")
                .with("REPLICATION_PASSWORD", "p'a\"s\\s w:o$r#d@/&")
                .with("POSTGRES_CONF_listen_addresses", "*")
                .with("PRIMARY_WAIT", "20s");
    }

    /// One that this machine keeps. A member would take the address of a container network, too,
    /// which goes away with the test beside this one.
    private static Optional<String> lastingAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(each -> !each.getName().matches("lo|(br-|docker|veth).*"))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .map(InetAddress::getHostAddress)
                    .findFirst();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A volume as an image makes it: open to everybody, so that any user can run on it.
    public ProcessNode onOpenVolume() throws IOException {
        Files.setPosixFilePermissions(
                RealCluster.own(Files.createDirectory(data)),
                PosixFilePermissions.fromString("rwxrwxrwx"));
        return this;
    }

    /// Of that variable.
    public String value(String name) {
        return environment.getOrDefault(name, "");
    }

    public ProcessNode without(String name) {
        environment.remove(name);
        return this;
    }

    /// Started by a user who is not root, in a place of that user's.
    public ProcessNode asOrdinaryUser() throws IOException {
        RealCluster.own(home);
        before = RealCluster.asOrdinaryUser();
        return this;
    }

    /// For a node that sees other files than the rest of this machine, or that steps down.
    public static void requireRoot() {
        if (!ROOT) {
            throw new TestAbortedException(
                    "not run: needs root, who alone mounts and gives files away");
        }
    }

    /// With a directory of its own in that place, as in a container; every other program sees what
    /// is there.
    public ProcessNode seeing(Path own, Path place) {
        view =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"",
                        own.toString(),
                        place.toString());
        return this;
    }

    /// With one of its own files mounted over itself, so that nobody can write it.
    public ProcessNode seeingReadOnly(Path file) {
        view =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"",
                        file.toString());
        return this;
    }

    /// The prefix of a command that sees what this node sees.
    public List<String> view() {
        return view;
    }

    public ProcessNode with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /// A file of /docker-entrypoint-initdb.d, which lies in the home of this node.
    public Path initScript(String name, String... lines) throws IOException {
        return script("docker-entrypoint-initdb.d", name, lines);
    }

    /// The same, as a program of bash.
    public Path initProgram(String name, String... lines) throws IOException {
        Path file = script("docker-entrypoint-initdb.d", name, lines);
        Files.writeString(file, "#!/bin/bash\n" + Files.readString(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    public Path startScript(String name, String... lines) throws IOException {
        return script("docker-entrypoint-startdb.d", name, lines);
    }

    private Path script(String directory, String name, String... lines) throws IOException {
        Path file = Files.createDirectories(home.resolve(directory)).resolve(name);
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /// A place beside the data directory that the server may write to.
    public Path ownDirectory(String name) throws IOException {
        return RealCluster.own(Files.createDirectory(home.resolve(name)));
    }

    /// With the signals blocked, as the image does it.
    public Run start(String... arguments) {
        return ran(Run.start(command(arguments), environment));
    }

    private List<String> command(String... arguments) {
        List<String> argv = new ArrayList<>(view);
        argv.addAll(before);
        argv.addAll(Jar.SIGNALS_BLOCKED);
        argv.addAll(around);
        argv.addAll(Jar.java("-Xrs", "-Djava.io.tmpdir=" + temporary, "-Dentrypoint.root=" + home));
        argv.addAll(argv.size() - 2, options);
        argv.addAll(List.of(arguments));
        return argv;
    }

    private Run ran(Run run) {
        runs.add(run);
        return run;
    }

    /// More of Java; the last one of a kind counts.
    public ProcessNode option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /// All of it.
    public Map<String, String> environment() {
        return environment;
    }

    /// The file that is the image's entrypoint, under that name and with the Java and the jar of
    /// this test.
    public Path entrypointFile(String name) throws IOException {
        Path options = home.resolve("java.options");
        List<String> java = Jar.java();
        Files.writeString(
                options,
                "-Djava.io.tmpdir=%s\n-Dentrypoint.root=%s\n-Dentrypoint.script=true\n%s\n"
                        .formatted(
                                temporary,
                                home,
                                String.join("\n", java.subList(1, java.size() - 2))
                                        + "\n-jar "
                                        + java.getLast()));
        Path file = Files.createDirectories(home.resolve("bin")).resolve(name);
        Files.writeString(
                file,
                Files.readString(Path.of("docker/files/entrypoint"))
                        .replace(
                                "/opt/entrypoint/jre/bin/java @/opt/entrypoint/java.options",
                                java.getFirst() + " @" + options));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("PATH", file.getParent() + ":" + value("PATH"));
        return file;
    }

    /// Any program, with the environment of this node.
    public Run program(String... argv) {
        return ran(Run.start(List.of(argv), environment));
    }

    /// As [#start], with Java started by another program.
    public Run under(List<String> program, String... arguments) {
        around = program;
        try {
            return start(arguments);
        } finally {
            around = List.of();
        }
    }

    /// The same on a terminal of its own, as `docker run -it` gives one.
    public Run onTerminal(List<String> program, String... arguments) {
        around = program;
        try {
            // Without exec a shell stays between, which Ctrl-C ends.
            String words = "exec " + String.join(" ", command(arguments));
            return ran(
                    Run.startWithInput(
                            List.of("script", "-qefc", words, "/dev/null"), environment));
        } finally {
            around = List.of();
        }
    }

    /// With the content of another one's volume.
    public ProcessNode on(Path volume) {
        RealCluster.execute(RealCluster.copying(volume, data));
        return this;
    }

    /// With the volume that `init` makes of these variables, as a copy of one that was made once: a
    /// first boot takes two seconds of processor time. Not for a test of first boots.
    public ProcessNode made() {
        if (kind().isEmpty()) {
            return this;
        }
        String kind = kind().orElseThrow();
        Path volume =
                Once.made(
                        "node",
                        kind,
                        directory -> {
                            try (ProcessNode node = new ProcessNode().like(this)) {
                                Run.Ended ended = node.call("init");
                                assertThat(ended.code()).as(ended.stderr()).isZero();
                                node.copyTo(directory.resolve("data"));
                            }
                        });
        return on(volume.resolve("data"));
    }

    /// What a volume is made with, if others may be copies of it. The server's settings are brought
    /// up to date at each start.
    public Optional<String> kind() {
        Map<String, String> kind = new TreeMap<>(environment);
        kind.keySet().removeIf(ProcessNode::isOfOneNode);
        return view.isEmpty() && !kind.toString().contains(home.toString())
                ? Optional.of(kind.toString())
                : Optional.empty();
    }

    private static boolean isOfOneNode(String variable) {
        return List.of("PGDATA", "PGPORT", "PRIMARY_PORT", "PEER_HOSTS").contains(variable)
                || variable.startsWith("POSTGRES_CONF_")
                || variable.endsWith("_WAIT");
    }

    /// Of the same kind.
    public ProcessNode like(ProcessNode other) {
        environment.keySet().removeIf(name -> !isOfOneNode(name));
        other.environment.entrySet().stream()
                .filter(variable -> !isOfOneNode(variable.getKey()))
                .forEach(variable -> environment.put(variable.getKey(), variable.getValue()));
        return this;
    }

    /// A killed server's id may be that of another process by the time that a copy is used.
    public void copyTo(Path place) throws IOException {
        RealCluster.execute(RealCluster.copying(data, place));
        Path file = place.resolve("postmaster.pid");
        if (Files.exists(file)) {
            Files.writeString(file, Files.readString(file).replaceFirst("^\\d+", NOBODYS_ID));
        }
    }

    public ProcessNode asPrimary() {
        return with("REPLICATION_ROLE", "primary");
    }

    /// An empty value is none.
    public ProcessNode asStandalone() {
        for (String name :
                List.of(
                        "HA_MODE",
                        "REPLICATION_ROLE",
                        "REPLICATION_PASSWORD",
                        "PRIMARY_HOST",
                        "PRIMARY_PORT",
                        "REPLICA_NAME")) {
            with(name, "");
        }
        return this;
    }

    /// Gives it to the server's user.
    public Path own(String name) throws IOException {
        return RealCluster.own(home.resolve(name));
    }

    public Path sockets() {
        return sockets;
    }

    public static boolean isRoot() {
        return ROOT;
    }

    /// For directories beside PGDATA that the entrypoint is to make.
    public ProcessNode ownHome() throws IOException {
        RealCluster.own(home);
        return this;
    }

    /// Runs a command to its end.
    public Run.Ended call(String... arguments) {
        return start(arguments).end();
    }

    public Run serve(String... arguments) {
        return served(start(arguments));
    }

    /// A server that takes connections, the one on the data directory and no bootstrap server, and
    /// PID 1 knows of it: the server says so first, and what happens in between is a failed start.
    public Run served(Run run) {
        long deadline = System.nanoTime() + Limits.WAIT.toNanos();
        boolean serves = isReady(run) && isRunning();
        while (!serves && run.alive() && System.nanoTime() < deadline) {
            run.leave(Duration.ofMillis(20));
            serves = isReady(run) && isRunning();
        }
        assertThat(serves).as("serves within %s; it said: %s", Limits.WAIT, run.said()).isTrue();
        return run;
    }

    /// A bootstrap server for scripts lies in the data directory too, with its socket elsewhere.
    private boolean isReady(Run run) {
        return PostmasterFile.read(data)
                .filter(file -> file.ready() && run.family().contains(file.pid()))
                // Not one that is there to promote it.
                .filter(file -> file.server().socketDirectory().equals(sockets))
                .isPresent();
    }

    private boolean isRunning() {
        try (SocketChannel status = SocketChannel.open(UnixDomainSocketAddress.of(status()))) {
            int _ = status.write(ByteBuffer.wrap("status\n".getBytes(US_ASCII)));
            byte[] said = Channels.newInputStream(status).readAllBytes();
            return new String(said, UTF_8).contains("\"phase\":\"running\"");
        } catch (IOException e) {
            // It has ended, which whoever waits for it sees.
            return false;
        }
    }

    /// Asks until its health check ends with that code.
    public Run.Ended awaitHealth(int code) {
        return Eventually.answers(
                "healthcheck ends with " + code,
                () -> call("healthcheck"),
                answer -> answer.code() == code);
    }

    public Connection connect() {
        try {
            return new LocalServer(sockets, port).open("postgres", Optional.empty(), "postgres");
        } catch (SQLException e) {
            throw new AssertionError("on port " + port, e);
        }
    }

    /// Where PID 1 answers.
    public Path status() {
        return Stream.of(Path.of("/var/run/postgresql"), temporary, Path.of("/tmp"))
                .map(directory -> directory.resolve(".s.entrypoint." + port))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    public String ask(String query) {
        try (Connection connection =
                        new LocalServer(sockets, port)
                                .open("postgres", Optional.empty(), "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "no row";
        } catch (SQLException e) {
            throw new AssertionError("on port " + port + ": " + query, e);
        }
    }

    public void sql(String statement) {
        try (Connection connection =
                        new LocalServer(sockets, port)
                                .open("postgres", Optional.empty(), "postgres");
                Statement each = connection.createStatement()) {
            each.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError("on port " + port + ": " + statement, e);
        }
    }

    /// All that its runs have said so far.
    public String said() {
        return runs.stream().map(Run::said).collect(Collectors.joining("\n----\n"));
    }

    /// Every file, with what changes when someone touches it.
    public Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var found = Files.walk(data)) {
            for (Path file : found.toList()) {
                Map<String, Object> attributes =
                        Files.readAttributes(
                                file, "unix:ino,size,ctime,mode,uid", LinkOption.NOFOLLOW_LINKS);
                files.put(data.relativize(file).toString(), new TreeMap<>(attributes).toString());
            }
        }
        assertThat(files).as("the files of %s", data).hasSizeGreaterThan(500);
        return files;
    }

    /// The same without what tells who has the volume: every start leaves its mark there. What a
    /// start remembers has a test of its own.
    public Map<String, String> filesOfCluster() throws IOException {
        Map<String, String> files = files();
        Layout layout = new Layout(data);
        Stream.of(layout.stateDirectory(), layout.lock(), layout.lockOwner(), layout.nodeState())
                .map(file -> data.relativize(file).toString())
                .forEach(files::remove);
        return files;
    }

    /// What the volume remembers.
    public NodeState record() throws IOException {
        return NodeState.parse(Files.readString(new Layout(data).nodeState()));
    }

    @Override
    public void close() throws IOException {
        runs.forEach(Run::kill);
        Files.deleteIfExists(Path.of("/var/run/postgresql/.s.entrypoint." + port));
        RealCluster.execute(List.of("rm", "-rf", home.toString()));
    }
}
