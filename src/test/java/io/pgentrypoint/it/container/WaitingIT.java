package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A replica with an empty volume, and a primary that it cannot clone.
@ContainerTest
class WaitingIT {

    @AutoClose private static final Cluster CLUSTER = new Cluster();

    @BeforeAll
    static void start() {
        CLUSTER.primary("primary").started().awaitServer();
    }

    @Test
    void a_wrong_password_is_named() {
        refuses(
                CLUSTER.replica("wrong-password", "primary")
                        .withEnv("REPLICATION_PASSWORD", "not the right one"),
                "it rejects the password of the replication role",
                "give both nodes the same REPLICATION_USER and REPLICATION_PASSWORD");
    }

    @Test
    void an_unknown_name_is_named() {
        refuses(
                CLUSTER.replica("unknown-name", "no-such-host"),
                "its name cannot be resolved",
                "check PRIMARY_HOST and the network");
    }

    @Test
    void a_port_where_nothing_listens_is_named() {
        refuses(
                CLUSTER.replica("wrong-port", "primary").withEnv("PRIMARY_PORT", "5433"),
                "it refuses connections: nothing listens on that port yet",
                "start the primary, or check PRIMARY_HOST and PRIMARY_PORT");
    }

    @Test
    void a_host_that_is_not_postgresql_is_named() {
        String answersEverybody =
                """
                my $s = IO::Socket::INET->new(LocalPort => 5432, Listen => 9, ReuseAddr => 1) or die;
                print "listening\\n";
                while (my $c = $s->accept) { $c->recv(my $said, 9); print $c "HTTP/1.1 400\\r\\n\\r\\n" }
                """;
        CLUSTER.node("web")
                .program("perl", "-MIO::Socket::INET", "-e", "$| = 1;" + answersEverybody)
                .started()
                .awaitLog("listening");
        refuses(
                CLUSTER.replica("not-postgresql", "web"),
                "something that is not PostgreSQL answers there",
                "check PRIMARY_HOST and PRIMARY_PORT");
    }

    @Test
    void a_network_that_the_primary_does_not_let_in_is_named() {
        CLUSTER.primary("elsewhere")
                .withEnv("REPLICATION_NETWORK", "192.0.2.0/24")
                .started()
                .awaitServer();
        refuses(
                CLUSTER.replica("not-let-in", "elsewhere"),
                "its pg_hba.conf lets no replication in from here",
                "set REPLICATION_NETWORK on the primary, or check REPLICATION_SSLMODE");
    }

    @Test
    void a_standalone_primary_has_no_such_role_or_rule() {
        CLUSTER.node("standalone").started().awaitServer();
        refuses(
                CLUSTER.replica("of-standalone", "standalone"),
                "its pg_hba.conf lets no replication in from here",
                "set REPLICATION_NETWORK on the primary, or check REPLICATION_SSLMODE");
    }

    @Test
    void a_replica_that_is_told_to_follow_itself_is_named() {
        refuses(
                CLUSTER.replica("narcissus", "narcissus"),
                "it is this node itself",
                "set PRIMARY_HOST to the primary's host name");
    }

    /// Said once while it waits, and once more with the way out at the end.
    private static void refuses(ContainerNode replica, String reason, String remedy) {
        replica.withEnv("PRIMARY_WAIT", "5s").started();
        assertThat(replica.awaitExit()).as(replica::log).isEqualTo(69);
        assertThat(waiting(replica)).singleElement().asString().contains(": " + reason);
        String cause =
                "cannot use the primary "
                        + replica.getEnvMap().get("PRIMARY_HOST")
                        + ":"
                        + replica.getEnvMap().getOrDefault("PRIMARY_PORT", "5432")
                        + ": waited 5 s (PRIMARY_WAIT), and "
                        + reason;
        assertThat(replica.said()).anyMatch(line -> line.startsWith(cause)).contains("→ " + remedy);
    }

    private static List<String> waiting(ContainerNode replica) {
        return replica.said().stream()
                .filter(line -> line.startsWith("Waiting for the primary"))
                .toList();
    }

    @Test
    void a_password_that_is_corrected_on_the_primary_ends_the_wait() {
        ContainerNode primary = CLUSTER.primary("corrected").started().awaitServer();
        ContainerNode replica =
                CLUSTER.replica("patient", "corrected")
                        .withEnv("REPLICATION_PASSWORD", "the other one")
                        .started()
                        .awaitLog("it rejects the password of the replication role");
        primary.sql("ALTER ROLE replicator PASSWORD 'the other one'");
        replica.awaitStreaming();
        assertThat(waiting(replica)).hasSize(1);
    }
}
