package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.connect.NotReadyServer;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// REPLICATION_ROLE=auto: three nodes with one environment, through their life. Each test goes on
/// where the one before has ended.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

    private static final String STREAMS = "started streaming WAL from primary";
    private static final List<ProcessNode> NODES = new ArrayList<>();
    private static final Run[] RUNS = new Run[3];

    @BeforeAll
    static void nodes() throws IOException {
        for (int i = 0; i < 3; i++) {
            NODES.add(ProcessNode.primary());
        }
        String hosts =
                NODES.stream()
                        .map(node -> "127.0.0.1:" + node.port)
                        .collect(Collectors.joining(","));
        for (ProcessNode node : NODES) {
            node.with("REPLICATION_ROLE", "auto")
                    .with("CLUSTER_HOSTS", hosts)
                    .with("REJOIN", "rewind");
        }
    }

    @AfterAll
    static void close() throws IOException {
        for (ProcessNode node : NODES) {
            node.close();
        }
    }

    private static ProcessNode node(int number) {
        return NODES.get(number - 1);
    }

    private static Run start(int number) {
        RUNS[number - 1] = node(number).start();
        return RUNS[number - 1];
    }

    private static Run run(int number) {
        return RUNS[number - 1];
    }

    private static void stop(int number) {
        assertThat(run(number).stop().code()).isZero();
    }

    private static String identifier(int number) {
        return node(number).ask("SELECT system_identifier FROM pg_control_system()");
    }

    private static String rows(int number) {
        return node(number).ask("SELECT count(*) FROM t");
    }

    private static void awaitRows(int number, String rows) {
        // The table may still be on its way.
        await(number, "SELECT to_regclass('t') IS NOT NULL AND pg_sleep(0.05) IS NOT NULL", "t");
        await(number, "SELECT count(*) FROM t, pg_sleep(0.05)", rows);
    }

    private static void await(int number, String query, String answer) {
        while (!node(number).ask(query).equals(answer)) {
            assertThat(run(number).alive()).as(run(number).said()).isTrue();
        }
    }

    private static Optional<String> answer(int number) {
        return NotReadyServer.ask(
                new HostPort("127.0.0.1", node(number).port), Duration.ofSeconds(10));
    }

    private static boolean makesProgress(int probes) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI path = URI.create("http://127.0.0.1:%d/startupz".formatted(probes));
            return client.send(HttpRequest.newBuilder(path).build(), BodyHandlers.ofString())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Order(1)
    void empty_volumes_become_one_cluster_whichever_node_starts_first() {
        start(3).await("the first of CLUSTER_HOSTS makes the cluster", 120);
        start(2).await("the first of CLUSTER_HOSTS makes the cluster", 120);
        run(2).await("answer them on port", 60);
        while (answer(2).isEmpty()) {
            assertThat(run(2).alive()).isTrue();
        }
        assertThat(answer(2).orElseThrow()).endsWith("empty");
        start(1);
        node(1).served(run(1));
        run(2).await(STREAMS, 180);
        run(3).await(STREAMS, 180);
        assertThat(identifier(2)).isEqualTo(identifier(1));
        assertThat(identifier(3)).isEqualTo(identifier(1));
        assertThat(run(1).said()).contains("every other one has an empty volume");
        node(1).sql("CREATE TABLE t AS SELECT generate_series(1, 10) AS n");
        awaitRows(2, "10");
        awaitRows(3, "10");
    }

    @Test
    @Order(2)
    void every_node_shows_all_three() {
        for (int number = 1; number <= 3; number++) {
            Run.Ended table = node(number).call("cluster");
            assertThat(table.code()).as(table.stderr()).isZero();
            assertThat(table.stdout())
                    .containsPattern(
                            "127.0.0.1:%d( \\*)? +primary +running".formatted(node(1).port))
                    .containsPattern(
                            "127.0.0.1:%d( \\*)? +replica +(streaming|answering) +1 +"
                                    .formatted(node(2).port))
                    .containsPattern("127.0.0.1:%d \\*".formatted(node(number).port))
                    .hasLineCount(4);
        }
    }

    @Test
    @Order(3)
    void after_a_promotion_the_other_standby_follows_without_a_restart() {
        run(1).kill();
        Run.Ended promoted = node(2).call("promote", "--even-if-primary-answers");
        assertThat(promoted.code()).as(promoted.stdout() + promoted.stderr()).isZero();
        assertThat(promoted.stdout()).contains("the environment stays as it is");
        node(2).sql("INSERT INTO t VALUES (11)");
        run(3).await("this standby follows 127.0.0.1:" + node(2).port, 120);
        awaitRows(3, "11");
    }

    @Test
    @Order(4)
    void the_old_primary_comes_back_as_a_standby_with_the_same_environment() {
        start(1).await(STREAMS, 180);
        awaitRows(1, "11");
        assertThat(node(1).ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        stop(2);
        // Nobody takes its place by a start.
        stop(3);
        node(3).served(start(3));
        assertThat(node(3).ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(rows(3)).isEqualTo("11");
        node(2).served(start(2));
        assertThat(node(2).ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
        node(2).sql("INSERT INTO t VALUES (12)");
        awaitRows(1, "12");
        awaitRows(3, "12");
    }

    @Test
    @Order(5)
    void the_first_node_clones_the_cluster_when_its_volume_is_lost() {
        String identifier = identifier(2);
        stop(1);
        RealCluster.execute(List.of("rm", "-rf", node(1).data.toString()));
        start(1).await(STREAMS, 180);
        awaitRows(1, "12");
        assertThat(identifier(1)).isEqualTo(identifier);
    }

    @Test
    @Order(6)
    void a_primary_alone_waits_for_a_majority_and_a_standby_alone_serves_reads() {
        stop(1);
        stop(3);
        stop(2);
        int probes = RealCluster.freePort();
        node(2).with("PROBE_PORT", String.valueOf(probes));
        start(2).await("less than a majority of CLUSTER_HOSTS answers", 120);
        // A new container would wait too, and would be silent meanwhile.
        while (!makesProgress(probes)) {
            assertThat(run(2).alive()).as(run(2).said()).isTrue();
        }
        while (answer(2).isEmpty()) {
            assertThat(run(2).alive()).isTrue();
        }
        assertThat(answer(2).orElseThrow()).contains(" primary ");
        node(3).served(start(3));
        node(2).served(run(2));
        node(2).sql("INSERT INTO t VALUES (13)");
        awaitRows(3, "13");
        stop(2);
        assertThat(node(2).with("START_ALONE", "true").call("plan").stdout())
                .contains("no node that answers knows a newer timeline");
        stop(3);
        assertThat(node(2).call("plan").stdout()).contains("START_ALONE allows");
        node(2).served(start(2));
        assertThat(rows(2)).isEqualTo("13");
        stop(2);
    }
}
