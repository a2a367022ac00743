package io.pgentrypoint.it.process;

import io.pgentrypoint.kit.CountingClient;
import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.ProcessNode;
import java.util.ArrayList;
import java.util.List;

/// One client for each way to the primary that docs/how-to/connect.md has: the JDBC driver and
/// libpq with all hosts, HAProxy, and PgBouncer before HAProxy.
final class Clients implements AutoCloseable {

    private final List<CountingClient> all = new ArrayList<>();
    private final Proxies proxies;

    Clients(List<ProcessNode> nodes, Proxies proxies) {
        this.proxies = proxies;
        ProcessNode[] hosts = nodes.toArray(ProcessNode[]::new);
        all.add(CountingClient.start(CountingClient.url(hosts)));
        all.add(CountingClient.psql("libpq", CountingClient.conninfo(hosts)));
        all.add(CountingClient.psql("haproxy", on(proxies.writes, "postgres")));
        all.add(CountingClient.psql("pgbouncer", on(proxies.pool, "shop")));
    }

    private static String on(int port, String database) {
        return "host=127.0.0.1 port=%d dbname=%s user=postgres connect_timeout=3"
                .formatted(port, database);
    }

    void awaitMore() {
        all.forEach(CountingClient::awaitMore);
    }

    /// Each one goes on, and has all that was acknowledged.
    void assertKept(String after, ProcessNode primary) {
        for (CountingClient client : all) {
            client.awaitMore();
            client.assertKept(primary);
            System.out.println("%s, %s".formatted(after, client));
            client.forgetPauses();
        }
    }

    void assertReadsOfAStandby() {
        Eventually.happens(
                "the port for reads leads to a standby",
                proxies::said,
                () -> proxies.reads().equals("t"));
    }

    @Override
    public void close() {
        all.forEach(CountingClient::close);
    }
}
