package io.pgentrypoint.it.process;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/// HAProxy, and PgBouncer before it, with the files to which docs/how-to/connect.md leads. Only
/// addresses are others: here the nodes differ by port.
final class Proxies implements AutoCloseable {

    private static final Path EXAMPLES = Path.of("docker/examples");
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");

    final int writes = RealCluster.freePort();
    private final int reads = RealCluster.freePort();
    final int pool = RealCluster.freePort();
    private final List<Run> runs = new ArrayList<>();

    /// @param nodes with a PROBE_PORT
    Proxies(List<ProcessNode> nodes) throws IOException {
        for (Path program : List.of(HAPROXY, PGBOUNCER)) {
            if (!Files.isExecutable(program)) {
                throw missing(program);
            }
        }
        Path home = nodes.getFirst().ownDirectory("proxies");
        Path haproxy = home.resolve("haproxy.cfg");
        Files.writeString(haproxy, haproxy(nodes));
        Path users = home.resolve("users.txt");
        Files.writeString(users, "\"postgres\" \"super\"\n");
        Files.setPosixFilePermissions(
                RealCluster.own(users), PosixFilePermissions.fromString("rw-------"));
        Path pgbouncer = home.resolve("pgbouncer.ini");
        Files.writeString(pgbouncer, pgbouncer(users));
        run(HAPROXY.toString(), "-db", "-f", haproxy.toString());
        run(PGBOUNCER.toString(), pgbouncer.toString());
    }

    private static RuntimeException missing(Path program) {
        String what = "there is no %s: install its package".formatted(program);
        return System.getenv().getOrDefault("CI", "").isEmpty()
                ? new TestAbortedException("NOT RUN: " + what)
                : new IllegalStateException("cannot test the proxies: " + what);
    }

    private void run(String... words) {
        List<String> argv = new ArrayList<>(RealCluster.asOrdinaryUser());
        argv.addAll(List.of(words));
        runs.add(Run.start(argv, Map.of("PATH", "/usr/bin:/bin")));
    }

    private String haproxy(List<ProcessNode> nodes) throws IOException {
        String text = Files.readString(EXAMPLES.resolve("haproxy.cfg"));
        for (int number = 1; number <= nodes.size(); number++) {
            ProcessNode node = nodes.get(number - 1);
            text =
                    text.replace(
                            "server db%1$d db%1$d:5432".formatted(number),
                            "server db%d 127.0.0.1:%d port %s"
                                    .formatted(number, node.port, node.value("PROBE_PORT")));
        }
        return text.replace("bind *:5000", "bind 127.0.0.1:" + writes)
                .replace("bind *:5001", "bind 127.0.0.1:" + reads);
    }

    private String pgbouncer(Path users) throws IOException {
        return Files.readString(EXAMPLES.resolve("pgbouncer.ini"))
                .replace("host=proxy port=5000", "host=127.0.0.1 port=" + writes)
                .replace("host=proxy port=5001", "host=127.0.0.1 port=" + reads)
                .replace("dbname=shop", "dbname=postgres")
                .replace("listen_addr = *", "listen_addr = 127.0.0.1\nunix_socket_dir =")
                .replace("listen_port = 6432", "listen_port = " + pool)
                .replace("/etc/pgbouncer/users.txt", users.toString());
    }

    /// Whether the one to whom the port for reads leads is a standby: `t`. Empty: nobody answers.
    String reads() {
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(reads);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        } catch (SQLException e) {
            return "";
        }
    }

    String said() {
        StringBuilder all = new StringBuilder();
        runs.forEach(run -> all.append(run.said()));
        return all.toString();
    }

    @Override
    public void close() {
        runs.forEach(Run::kill);
    }
}
