package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.kit.Etcd;
import io.pgentrypoint.kit.ProcFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A cluster of real members with a real etcd: from an empty store through what goes wrong.
class PatroniLifeIT {

    private static final String SYNCHRONOUS =
            "{bootstrap: {dcs: {ttl: 20, loop_wait: 1, retry_timeout: 3, synchronous_mode: true}}}";

    private static final String ASYNCHRONOUS =
            "{bootstrap: {dcs: {ttl: 20, loop_wait: 1, retry_timeout: 3}}}";

    private static final long BETWEEN_ROWS_NANOS = 10_000_000;

    /// Members by name, and how they run.
    private static final class Members implements AutoCloseable {

        private final Map<String, ProcessNode> nodes = new HashMap<>();
        private final Map<String, Run> runs = new HashMap<>();

        Members(Etcd etcd, String... names) throws IOException {
            for (String name : names) {
                nodes.put(
                        name,
                        ProcessNode.member(name, etcd.port)
                                .onOpenVolume()
                                .with("PATRONI_CONFIGURATION", SYNCHRONOUS));
            }
        }

        ProcessNode node(String name) {
            return nodes.getOrDefault(name, nodes.values().iterator().next());
        }

        Run run(String name) {
            return Optional.ofNullable(runs.get(name)).orElseThrow();
        }

        void start(String name) {
            runs.put(name, node(name).serve());
        }

        /// The one that takes writes now; empty while none does.
        String leader() {
            List<String> writable =
                    nodes.keySet().stream()
                            .filter(name -> runs.containsKey(name) && run(name).alive())
                            .filter(name ->
                                    answer(name, "SELECT NOT pg_is_in_recovery()").equals("t"))
                            .toList();
            assertThat(writable).as("members that take writes").hasSizeLessThanOrEqualTo(1);
            return writable.isEmpty() ? "" : writable.getFirst();
        }

        String answer(String name, String query) {
            try {
                return node(name).ask(query);
            } catch (AssertionError e) {
                return "";
            }
        }

        /// A standby that the server calls synchronous may lead only once the store calls it so
        /// too.
        boolean haveSynchronousStandby() {
            return Patronictl.cluster(node(leader())).contains("\"sync_standby\"");
        }

        @Override
        public void close() throws IOException {
            for (ProcessNode node : nodes.values()) {
                node.close();
            }
        }
    }

    @Test
    void a_cluster_lives_through_a_switchover_a_killed_leader_a_lost_store_and_a_rolling_restart()
            throws IOException, InterruptedException {
        try (Etcd etcd = Etcd.start();
                Members members = new Members(etcd, "a", "b")) {
            members.start("a");
            members.run("a").await("a leads shop", 60);
            members.start("b");
            await(members::haveSynchronousStandby, members.run("b"));
            members.node("a").sql("CREATE TABLE rows (id bigint)");
            nothingSecretIsShown(members.node("a"), members.run("a"));
            assertThat(members.node("a").call("status").stdout())
                    .contains("role      primary", "patroni   ");

            Patronictl.switchover(members.node("a"), "shop", "b");
            awaitLeader(members, "b");
            await(members::haveSynchronousStandby, members.run("a"));

            // Killed, with everything that belongs to it, while a client writes.
            AtomicBoolean enough = new AtomicBoolean();
            ConcurrentSkipListSet<Long> acknowledged = new ConcurrentSkipListSet<>();
            Thread client = Thread.ofPlatform().start(() -> write(members, acknowledged, enough));
            await(() -> acknowledged.size() > 50, members.run("b"));
            members.run("b").kill();
            awaitLeader(members, "a");
            int after = acknowledged.size();
            members.start("b");
            await(() -> acknowledged.size() > after + 20, members.run("a"));
            enough.set(true);
            client.join();
            String kept = members.node("a").ask("SELECT string_agg(id::text, ',') FROM rows");
            assertThat(List.of(kept.split(",")))
                    .as("acknowledged commits")
                    .containsAll(acknowledged.stream().map(String::valueOf).toList());
            await(
                    members,
                    "a",
                    "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'",
                    "1");

            // Without the store nobody writes; with it one does, and everything is there.
            etcd.stop();
            await(() -> members.leader().isEmpty(), members.run("a"));
            etcd.startAgain();
            await(() -> !members.leader().isEmpty(), members.run("a"));
            assertThat(members.answer(members.leader(), "SELECT count(*) FROM rows"))
                    .isEqualTo(String.valueOf(kept.split(",").length));

            for (String name : List.of("a", "b")) {
                Run.Ended ended = members.run(name).stop();
                assertThat(ended.code()).as(ended.stderr()).isZero();
                members.start(name);
                await(() -> !members.leader().isEmpty(), members.run(name));
            }
            await(
                    members,
                    members.leader(),
                    "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'",
                    "1");
        }
    }

    /// Patroni clones and rewinds in place, with our directory in it.
    @Test
    void a_leader_with_commits_of_its_own_is_rewound_and_its_volume_stays_its_own()
            throws IOException {
        try (Etcd etcd = Etcd.start();
                Members members = new Members(etcd, "a", "b")) {
            for (String name : List.of("a", "b")) {
                members.node(name)
                        .with("PATRONI_CONFIGURATION", ASYNCHRONOUS)
                        .with("VOLUME_WAIT", "1s");
            }
            members.start("a");
            members.run("a").await("a leads shop", 60);
            members.start("b");
            members.node("a").sql("CREATE TABLE rows (id bigint)");
            await(members, "b", "SELECT to_regclass('rows') IS NOT NULL", "t");
            staysItsOwn(members, "b");

            assertThat(members.run("b").stop().code()).isZero();
            members.node("a").sql("INSERT INTO rows SELECT generate_series(1, 100)");
            members.run("a").kill();
            members.start("b");
            awaitLeader(members, "b");
            members.node("b").sql("INSERT INTO rows VALUES (101)");
            members.start("a");
            await(members, "a", "SELECT count(*) FROM rows", "1");
            assertThat(members.run("a").said()).contains("running pg_rewind");
            staysItsOwn(members, "a");
            staysItsOwn(members, "b");
        }
    }

    /// Beats of its own, and a second start has to wait.
    private static void staysItsOwn(Members members, String name) {
        Run run = members.run(name);
        Layout layout = new Layout(members.node(name).data);
        long now = beats(layout, run);
        await(() -> beats(layout, run) > now + 1, run);
        Run.Ended second = members.node(name).call();
        assertThat(second.code()).as(second.stderr()).isEqualTo(75);
        assertThat(second.stderr()).contains("process " + run.pid(), "which holds its lock");
    }

    private static long beats(Layout layout, Run run) {
        return LockOwnerReader.read(layout)
                .map(LockOwnerReader.Found::lockOwner)
                .filter(lockOwner -> lockOwner.pid() == run.pid() && lockOwner.locked())
                .map(LockOwner::beats)
                .orElse(0L);
    }

    @Test
    void a_server_that_a_dead_patroni_leaves_behind_is_stopped_and_its_code_passed_on()
            throws IOException {
        try (Etcd etcd = Etcd.start();
                Members members = new Members(etcd, "a")) {
            members.start("a");
            Run run = members.run("a");
            run.await("a leads shop", 60);
            long server = PostmasterFile.read(members.node("a").data).orElseThrow().pid();
            long patroni =
                    ProcessHandle.of(run.pid())
                            .orElseThrow()
                            .children()
                            .filter(child -> child.pid() != server)
                            .findFirst()
                            .orElseThrow()
                            .pid();
            Run.kill("KILL", List.of(patroni));
            Run.Ended ended = run.end();
            assertThat(ended.code()).as(ended.stderr()).isEqualTo(137);
            assertThat(ended.stderr()).contains("outlives the program that started it");
            assertThat(ProcessHandle.of(server)).isEmpty();
        }
    }

    @Test
    void what_the_store_holds_otherwise_is_listed_at_the_next_start() throws IOException {
        try (Etcd etcd = Etcd.start();
                Members members = new Members(etcd, "a")) {
            members.start("a");
            members.run("a").await("a leads shop", 60);
            members.run("a").stop();
            members.node("a")
                    .with("POSTGRES_CONF_max_connections", "222")
                    .with("POSTGRES_CONF_work_mem", "5MB");
            members.start("a");
            members.run("a").await("max_connections: asked for 222, in force is", 60);
            assertThat(members.node("a").ask("SHOW max_connections")).isEqualTo("100");
            assertThat(members.node("a").ask("SHOW work_mem")).isEqualTo("5MB");
            assertThat(members.run("a").stop().code()).isZero();
        }
    }

    /// A client that keeps its connection as long as it can, and writes a hundred rows a second.
    private static void write(
            Members members, ConcurrentSkipListSet<Long> acknowledged, AtomicBoolean enough) {
        long id = 0;
        while (!enough.get()) {
            try (Connection leader = members.node(members.leader()).connect();
                    Statement row = leader.createStatement()) {
                while (!enough.get()) {
                    id++;
                    row.execute("INSERT INTO rows VALUES (" + id + ")");
                    acknowledged.add(id);
                    LockSupport.parkNanos(BETWEEN_ROWS_NANOS);
                }
            } catch (SQLException | AssertionError e) {
                // Not acknowledged, or there is no leader.
                LockSupport.parkNanos(BETWEEN_ROWS_NANOS);
            }
        }
    }

    private static void nothingSecretIsShown(ProcessNode node, Run run) throws IOException {
        assertThat(run.said()).doesNotContain("r$r#d", "w:o$r");
        String shown =
                run.family().stream()
                        .filter(process -> process != run.pid())
                        .map(each ->
                                ProcFile.text(each, "environ") + ProcFile.text(each, "cmdline"))
                        .collect(Collectors.joining());
        assertThat(shown)
                .contains("patroni", "postgres")
                .doesNotContain("w:o$r", "POSTGRES_PASSWORD=");
        assertThat(
                        RealCluster.execute(
                                        List.of(
                                                "stat",
                                                "-c",
                                                "%a",
                                                "/var/run/postgresql/entrypoint-patroni-"
                                                        + node.port
                                                        + "/10-entrypoint.yml"))
                                .strip())
                .isEqualTo("600");
    }

    private static void await(Members members, String name, String query, String answer) {
        await(() -> members.answer(name, query).equals(answer), members.run(name));
    }

    private static void awaitLeader(Members members, String name) {
        await(() -> members.leader().equals(name), members.run(name));
    }

    private static void await(java.util.function.BooleanSupplier condition, Run run) {
        PatroniSwitchIT.await(condition, run);
    }
}
