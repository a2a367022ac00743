package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Eventually;
import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A seeded walk over three real nodes with one environment: promotions, switchovers, crashes,
/// nodes that stand still, lost volumes and restarts, in any order. No two nodes ever take writes
/// on one timeline, there is one cluster, and each row that was acknowledged while commits waited
/// for a standby is there in the end, when all nodes run again and one of them is the primary.
class ClusterWalkIT {

    private static final int NODES = 3;

    /// The walk of `make soak` takes its time.
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    @Test
    void no_walk_has_two_primaries_on_a_timeline_or_loses_an_acknowledged_row() throws IOException {
        try (Walk walk = new Walk(Limits.WALK_SEED)) {
            walk.begin();
            for (int step = 1; step <= Limits.WALK_STEPS; step++) {
                walk.step(step);
            }
            walk.end();
            System.out.println(walk.summary());
        }
    }

    private static final class Walk implements AutoCloseable {

        private final long seed;
        private final RandomGenerator random;
        private final List<ProcessNode> nodes = new ArrayList<>();
        private final Map<Integer, Run> runs = new TreeMap<>();
        private final Set<Integer> still = new TreeSet<>();
        private final Set<Integer> promised = new TreeSet<>();
        private final Map<String, Integer> counts = new TreeMap<>();
        private final List<String> story = new ArrayList<>();
        private int row;

        Walk(long seed) throws IOException {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < NODES; i++) {
                nodes.add(ProcessNode.primary());
            }
            String hosts =
                    nodes.stream()
                            .map(node -> "127.0.0.1:" + node.port)
                            .collect(Collectors.joining(","));
            for (ProcessNode node : nodes) {
                node.with("REPLICATION_ROLE", "auto")
                        .with("CLUSTER_HOSTS", hosts)
                        .with("REJOIN", "rewind")
                        .with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
            }
        }

        void begin() {
            all().forEach(this::start);
            awaitWhole();
            nodes.get(primary().orElseThrow()).sql("CREATE TABLE walked (n int PRIMARY KEY)");
        }

        private static Stream<Integer> all() {
            return Stream.iterate(0, i -> i < NODES, i -> i + 1);
        }

        private boolean alive(int number) {
            return runs.containsKey(number) && runs.get(number).alive();
        }

        private boolean moves(int number) {
            return alive(number) && !still.contains(number);
        }

        void step(int step) {
            int number = random.nextInt(NODES);
            if (random.nextInt(3) == 0) {
                makeWhole();
            }
            switch (random.nextInt(12)) {
                case 0 -> crash(number);
                case 1 -> stop(number);
                case 2, 3, 4 ->
                        all().filter(each -> !alive(each)).findFirst().ifPresent(this::start);
                case 5 -> standStill(number);
                case 6, 7 -> switchOver(number);
                case 8 -> switchOverAndCrash(number, random.nextInt(NODES), random.nextInt(2500));
                case 9, 10 -> promoteAfterCrash(number);
                default -> loseVolume(number);
            }
            write();
            check("step " + step);
            write();
        }

        private void say(String what, int number) {
            counts.merge(what, 1, Integer::sum);
            story.add("%s node %d".formatted(what, number + 1));
        }

        private void start(int number) {
            if (!alive(number)) {
                say("start", number);
                runs.put(number, nodes.get(number).start());
            }
        }

        private void crash(int number) {
            if (alive(number)) {
                say("crash", number);
                still.remove(number);
                runs.get(number).kill();
            }
        }

        private void stop(int number) {
            if (moves(number)) {
                say("stop", number);
                Run.Ended _ = runs.get(number).stop();
            }
        }

        /// Cut off, as the others see it. A primary that stands still and goes on beside another
        /// one is a matter of who promoted that one.
        private void standStill(int number) {
            if (!still.isEmpty()) {
                goOn();
            } else if (alive(number) && !primary().equals(Optional.of(number))) {
                say("stand still", number);
                Run.kill("STOP", runs.get(number).family());
                still.add(number);
            }
        }

        private String address(int number) {
            return "127.0.0.1:" + nodes.get(number).port;
        }

        private void switchOver(int target) {
            primary()
                    .filter(primary -> primary != target)
                    .ifPresent(primary -> {
                        Run.Ended ended =
                                nodes.get(primary).start("switchover", address(target)).end(120);
                        say(ended.code() == 0 ? "switch over to" : "refused to switch to", target);
                    });
        }

        private void switchOverAndCrash(int target, int crashed, int millis) {
            primary()
                    .filter(primary -> primary != target)
                    .ifPresent(primary -> {
                        Run command = nodes.get(primary).start("switchover", address(target));
                        command.leave(Duration.ofMillis(millis));
                        say("begin to switch to", target);
                        crash(crashed);
                        command.leave(Duration.ofSeconds(5));
                        command.kill();
                    });
        }

        /// By a person, who sees more than half of the nodes.
        private void promoteAfterCrash(int target) {
            primary().filter(primary -> primary != target).ifPresent(this::crash);
            boolean majority = all().anyMatch(each -> each != target && serves(each));
            if (primary().isEmpty() && serves(target) && majority) {
                Run.Ended ended = nodes.get(target).call("promote");
                say(ended.code() == 0 ? "promote" : "refused to promote", target);
                if (ended.code() == 0) {
                    awaitFollower(target);
                }
            }
        }

        /// A promotion that only the promoted node knows of is forgotten with it, which is a limit
        /// that the documents tell.
        private void awaitFollower(int primary) {
            Eventually.happens(
                    "a standby follows node %d".formatted(primary + 1),
                    this::toString,
                    () ->
                            ask(
                                            primary,
                                            "SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'")
                                    .filter("t"::equals)
                                    .isPresent());
        }

        /// Of a standby, while both others have every row that was promised. Without its volume a
        /// primary comes back as nobody, and somebody would have to promote another node.
        private void loseVolume(int number) {
            boolean elsewhere =
                    primary().filter(primary -> primary != number).isPresent()
                            && all().filter(each -> each != number)
                                    .allMatch(each -> serves(each) && hasPromised(each));
            if (elsewhere) {
                crash(number);
                say("lose the volume of", number);
                RealCluster.execute(List.of("rm", "-rf", nodes.get(number).data.toString()));
            }
        }

        private boolean serves(int number) {
            return ask(number, "SELECT 1").isPresent();
        }

        private boolean hasPromised(int number) {
            return missing(number).filter(Set::isEmpty).isPresent();
        }

        private Optional<Set<Integer>> missing(int number) {
            return ask(number, "SELECT coalesce(string_agg(n::text, ','), '') FROM walked")
                    .map(rows -> {
                        Set<Integer> lacks = new TreeSet<>(promised);
                        Stream.of(rows.split(","))
                                .filter(each -> !each.isEmpty())
                                .map(Integer::valueOf)
                                .forEach(lacks::remove);
                        return lacks;
                    });
        }

        private Optional<String> ask(int number, String query) {
            if (!moves(number)) {
                return Optional.empty();
            }
            try (Connection connection = connect(number);
                    Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery(query)) {
                return answer.next() ? Optional.ofNullable(answer.getString(1)) : Optional.empty();
            } catch (SQLException e) {
                return Optional.empty();
            }
        }

        private Connection connect(int number) throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:postgresql://%s/postgres?user=postgres&connectTimeout=3&socketTimeout=3"
                            .formatted(address(number)));
        }

        private Optional<Integer> primary() {
            return all().filter(each -> ask(each, TIMELINE).filter(t -> !t.isEmpty()).isPresent())
                    .findFirst();
        }

        /// Of a server that takes writes.
        private static final String TIMELINE =
                """
                SELECT CASE WHEN pg_is_in_recovery() THEN ''
                       ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END
                """;

        private static final String WAITS =
                "SELECT current_setting('synchronous_standby_names') <> ''";

        /// A row is promised where commits waited for a standby before it and after it. A wait that
        /// is cancelled would be a warning, and the client gives up before.
        private void write() {
            Optional<Integer> primary = primary();
            if (primary.isEmpty()) {
                return;
            }
            row++;
            try (Connection connection = connect(primary.get());
                    Statement statement = connection.createStatement()) {
                boolean before = isTrue(statement, WAITS);
                statement.execute("INSERT INTO walked VALUES (%d)".formatted(row));
                if (before && statement.getWarnings() == null && isTrue(statement, WAITS)) {
                    promised.add(row);
                }
            } catch (SQLException e) {
                story.add("not written: " + e.getMessage());
            }
        }

        private static boolean isTrue(Statement statement, String query) throws SQLException {
            try (ResultSet answer = statement.executeQuery(query)) {
                return answer.next() && answer.getBoolean(1);
            }
        }

        private void check(String when) {
            List<String> primaries =
                    all().map(each -> ask(each, TIMELINE))
                            .flatMap(Optional::stream)
                            .filter(timeline -> !timeline.isEmpty())
                            .toList();
            assertThat(primaries)
                    .as("timelines of primaries, %s; %s", when, this)
                    .doesNotHaveDuplicates();
            Set<String> clusters =
                    all().map(each ->
                                    ask(each, "SELECT system_identifier FROM pg_control_system()"))
                            .flatMap(Optional::stream)
                            .collect(Collectors.toSet());
            assertThat(clusters).as("clusters, %s; %s", when, this).hasSizeLessThan(2);
        }

        /// Nothing stands in the way of any node any more.
        void end() {
            makeWhole();
            int primary = primary().orElseThrow();
            assertThat(missing(primary).orElseThrow())
                    .as("promised rows that node %d lacks; %s", primary + 1, this)
                    .isEmpty();
            check("in the end");
        }

        private void makeWhole() {
            goOn();
            all().forEach(this::start);
            awaitWhole();
            write();
        }

        private void goOn() {
            still.forEach(each -> Run.kill("CONT", runs.get(each).family()));
            still.clear();
        }

        private void awaitWhole() {
            Eventually.happens(
                    "two standbys stream from one primary",
                    this::toString,
                    () ->
                            primary()
                                    .flatMap(each -> ask(each, STREAMING))
                                    .filter("2"::equals)
                                    .isPresent());
        }

        /// Two standbys, and commits wait for one of them.
        private static final String STREAMING =
                """
                SELECT count(*) FROM pg_stat_replication
                 WHERE state = 'streaming'
                   AND current_setting('synchronous_standby_names') <> ''
                """;

        String summary() {
            return "walk.seed=%d walk.steps=%d: %d rows, %d promised, %s"
                    .formatted(seed, Limits.WALK_STEPS, row, promised.size(), counts);
        }

        @Override
        public String toString() {
            return "-Dwalk.seed=%d -Dwalk.steps=%d: %s\n%s"
                    .formatted(
                            seed,
                            Limits.WALK_STEPS,
                            String.join("\n", story),
                            runs.entrySet().stream()
                                    .map(entry ->
                                            "node %d (%s) said last:\n%s"
                                                    .formatted(
                                                            entry.getKey() + 1,
                                                            address(entry.getKey()),
                                                            last(entry.getValue().said())))
                                    .collect(Collectors.joining("\n")));
        }

        private static String last(String text) {
            return text.substring(Math.max(0, text.length() - 6000));
        }

        @Override
        public void close() throws IOException {
            goOn();
            for (ProcessNode node : nodes) {
                node.close();
            }
        }
    }
}
