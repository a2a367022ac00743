package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.CountingClient;
import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// `switchover` among three nodes with one environment, while a client writes all the time. Each
/// test goes on where the one before has ended.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SwitchoverIT {

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
            node.with("REPLICATION_ROLE", "auto").with("CLUSTER_HOSTS", hosts);
        }
        for (int number = 1; number <= 3; number++) {
            start(number);
        }
        node(1).served(run(1));
        run(2).await(STREAMS, 180);
        run(3).await(STREAMS, 180);
        node(2).served(run(2));
        node(3).served(run(3));
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

    private static String name(int number) {
        return "127.0.0.1:" + node(number).port;
    }

    private static CountingClient client() {
        return CountingClient.start(CountingClient.url(NODES.toArray(ProcessNode[]::new)));
    }

    private static boolean takesWrites(int number) {
        return node(number).ask("SELECT pg_is_in_recovery()").equals("f");
    }

    /// Both standbys stream.
    private static Run begin(int primary, int target) {
        Eventually.happens(
                "two standbys stream from " + name(primary),
                run(primary)::said,
                () ->
                        node(primary)
                                .ask(
                                        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                                .equals("2"));
        return node(primary).start("switchover", name(target));
    }

    /// Until the node says that; a command that has ended before says why.
    private static void await(int number, int mark, String text, Run command) {
        while (!run(number).saidAfter(mark, text) && command.alive()) {
            command.leave(Duration.ofMillis(5));
        }
        assertThat(run(number).saidAfter(mark, text)).as(command.said()).isTrue();
    }

    /// All nodes run, one of them is the primary, and the others have all that it has.
    private static void assertOnePrimary(int primary, CountingClient client) {
        client.awaitMore();
        for (int number = 1; number <= 3; number++) {
            int each = number;
            Eventually.happens(
                    "%s runs".formatted(name(number)),
                    run(number)::said,
                    () -> node(each).call("status").stdout().contains("running"));
            assertThat(takesWrites(number)).as(name(number)).isEqualTo(number == primary);
        }
        int rows = client.acknowledged();
        client.assertKept(node(primary));
        for (int number = 1; number <= 3; number++) {
            int each = number;
            Eventually.happens(
                    "%s has %d rows".formatted(name(number), rows),
                    run(number)::said,
                    () -> Integer.parseInt(node(each).ask("SELECT max(n) FROM counted")) >= rows);
        }
    }

    @Test
    @Order(1)
    void a_dry_run_on_any_node_prints_the_plan_and_changes_nothing() {
        Run.Ended plan = node(1).call("switchover", name(2), "--dry-run");
        assertThat(plan.code()).as(plan.stdout() + plan.stderr()).isZero();
        assertThat(plan.stdout())
                .startsWith("switchover to " + name(2))
                .contains("1. make a checkpoint", "5. start the server again as a standby");
        Run.Ended elsewhere = node(3).call("switchover", name(2), "--dry-run");
        assertThat(elsewhere.code()).as(elsewhere.stdout() + elsewhere.stderr()).isZero();
        assertThat(elsewhere.stdout())
                .startsWith("switchover to " + name(2))
                .contains("found: " + name(1) + " is the primary on timeline 1")
                .contains(
                        "this is the plan of %s: run entrypoint switchover %s there"
                                .formatted(name(1), name(2)))
                .contains("1. make a checkpoint", "5. start the server again as a standby");
        Run.Ended itself = node(2).call("switchover", name(2), "--dry-run");
        assertThat(itself.code()).as(itself.stdout() + itself.stderr()).isZero();
        assertThat(takesWrites(1)).isTrue();
        assertThat(takesWrites(2)).isFalse();
    }

    @Test
    @Order(2)
    void a_standby_names_the_primary_on_which_it_is_run() {
        Run.Ended refused = node(2).call("switchover", name(3));
        assertThat(refused.code()).isEqualTo(65);
        assertThat(refused.stdout())
                .contains("run entrypoint switchover %s on %s".formatted(name(3), name(1)));
        Run.Ended unknown = node(1).call("switchover", "nobody");
        assertThat(unknown.code()).isEqualTo(64);
        assertThat(unknown.stdout()).contains("name one of " + name(1));
        assertThat(node(1).call("switchover", name(1)).code()).isEqualTo(64);
        assertThat(takesWrites(1)).isTrue();
    }

    @Test
    @Order(3)
    void a_standby_takes_over_and_no_row_is_lost_and_nothing_is_cloned() {
        try (CountingClient client = client()) {
            Run.Ended done = node(1).call("switchover", name(2));
            assertThat(done.code()).as(done.stdout() + done.stderr()).isZero();
            assertThat(done.stdout()).contains("this node streams from " + name(2));
            assertOnePrimary(2, client);
            System.out.println("switchover, " + client);
            assertThat(run(1).alive()).isTrue();
            assertThat(run(1).said()).doesNotContain("rewind it to", "clone " + name(2));
        }
    }

    @Test
    @Order(4)
    void the_command_may_be_killed_and_the_switchover_goes_on() {
        try (CountingClient client = client()) {
            int mark = run(2).mark();
            Run command = begin(2, 1);
            await(2, mark, "switchover: tell " + name(1), command);
            command.kill();
            run(2).await("switchover: this node streams from " + name(1), 120);
            assertOnePrimary(1, client);
        }
    }

    @Test
    @Order(5)
    void a_target_that_is_gone_is_found_before_anything_is_stopped() {
        try (CountingClient client = client()) {
            run(3).kill();
            int mark = run(1).mark();
            Run.Ended refused = node(1).call("switchover", name(3));
            assertThat(refused.code()).as(refused.stdout()).isEqualTo(69);
            assertThat(refused.stdout()).contains(name(3) + " is silent");
            assertThat(run(1).saidAfter(mark, "switchover: stop the server")).isFalse();
            node(3).served(start(3));
            assertOnePrimary(1, client);
        }
    }

    @Test
    @Order(6)
    void a_target_that_dies_before_it_is_allowed_to_leaves_the_primary_what_it_was() {
        try (CountingClient client = client()) {
            int mark = run(2).mark();
            Run command = begin(1, 2);
            await(2, mark, "ready to take over from " + name(1), command);
            run(2).kill();
            Run.Ended ended = command.end();
            assertThat(ended.code()).as(ended.stdout()).isEqualTo(69);
            client.awaitMore();
            node(2).served(start(2));
            assertOnePrimary(1, client);
        }
    }

    @Test
    @Order(7)
    void a_primary_that_dies_while_it_stops_leaves_one_primary() {
        try (CountingClient client = client()) {
            int mark = run(1).mark();
            Run command = begin(1, 2);
            await(1, mark, "switchover: stop the server", command);
            run(1).kill();
            Run.Ended ended = command.end();
            assertThat(ended.code()).as(ended.stdout()).isNotZero();
            node(1).served(start(1));
            assertOnePrimary(theOnlyPrimary(), client);
        }
    }

    @Test
    @Order(8)
    void a_target_that_dies_once_it_is_allowed_to_leaves_one_primary() {
        try (CountingClient client = client()) {
            int primary = theOnlyPrimary();
            int target = 3 - primary;
            int mark = run(target).mark();
            Run command = begin(primary, target);
            await(target, mark, "promote: record on the volume", command);
            run(target).kill();
            node(target).served(start(target));
            Run.Ended _ = command.end(200);
            client.awaitMore();
            assertOnePrimary(theOnlyPrimary(), client);
        }
    }

    @Test
    @Order(9)
    void a_primary_that_dies_once_it_has_allowed_it_comes_back_as_a_standby() {
        try (CountingClient client = client()) {
            int primary = theOnlyPrimary();
            int target = 3 - primary;
            int mark = run(target).mark();
            Run command = begin(primary, target);
            await(target, mark, "promote: record on the volume", command);
            run(primary).kill();
            Run.Ended _ = command.end();
            client.awaitMore();
            node(primary).served(start(primary));
            assertOnePrimary(target, client);
        }
    }

    @Test
    @Order(10)
    void a_standby_that_cannot_write_its_settings_tries_again_to_follow() throws IOException {
        try (CountingClient client = client()) {
            int primary = theOnlyPrimary();
            int target = 3 - primary;
            Path inTheWay =
                    Files.createDirectories(node(3).data.resolve("pgsql_tmp_entrypoint.conf/x"));
            int mark = run(3).mark();
            Run.Ended done = begin(primary, target).end();
            assertThat(done.code()).as(done.stdout()).isZero();
            Eventually.happens(
                    "a reload fails",
                    run(3)::said,
                    () -> run(3).saidAfter(mark, "Cannot update the configuration files"));
            Files.delete(inTheWay);
            Files.delete(inTheWay.resolve("..").normalize());
            assertOnePrimary(target, client);
        }
    }

    private static int theOnlyPrimary() {
        List<Integer> primaries = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            if (takesWrites(number)) {
                primaries.add(number);
            }
        }
        assertThat(primaries).hasSize(1);
        return primaries.getFirst();
    }
}
