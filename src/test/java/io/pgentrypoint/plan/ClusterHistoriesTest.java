package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.LocalTimelines;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.TimelineHistory;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.observe.wal.WalEnd;
import io.pgentrypoint.plan.mode.RolePlan;
import io.pgentrypoint.plan.rule.PeerRule;
import io.pgentrypoint.plan.rule.RoleRule;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Nodes;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Random lives of three nodes with one environment. Volumes, servers and the network are
/// simulated; what each node does is what the program decides. A commit is acknowledged once a
/// standby has it.
class ClusterHistoriesTest {

    private static final int LIVES = 60;
    private static final int EVENTS = 60;

    private enum State {
        DOWN,
        WAITING,
        STANDBY,
        PRIMARY
    }

    /// What a volume holds: a position of WAL is a number of rows.
    private record Data(String identifier, TimelineHistory history, List<Integer> rows) {

        Data written(int row) {
            List<Integer> more = new ArrayList<>(rows);
            more.add(row);
            return new Data(identifier, history, List.copyOf(more));
        }

        Data promoted() {
            List<TimelineHistory.Ended> ended = new ArrayList<>(history.ended());
            ended.add(new TimelineHistory.Ended(history.timeline(), end()));
            return new Data(identifier, new TimelineHistory(ended, history.timeline() + 1), rows);
        }

        Lsn end() {
            return new Lsn(1000 + rows.size());
        }
    }

    private static final class Node {
        private final int number;
        private final Settings settings;
        private State state = State.DOWN;
        private boolean cut;
        private Optional<Data> data = Optional.empty();
        private boolean primarys;
        private Optional<NodeState> record = Optional.empty();
        private Optional<Node> follows = Optional.empty();

        Node(int number) {
            this.number = number;
            this.settings =
                    parse(
                            Environments.primary(
                                    "REPLICATION_ROLE", "auto",
                                    "CLUSTER_HOSTS", "db0,db1,db2",
                                    "NODE_NAME", "db" + number,
                                    "REJOIN", "rewind",
                                    "POSTGRES_PASSWORD", "superpass"));
        }

        Mode.NativeAuto auto() {
            return (Mode.NativeAuto) settings.mode();
        }

        Nodes list() {
            return auto().nodes();
        }
    }

    private static final class Life {
        private final long seed;
        private final RandomGenerator random;
        private final List<Node> nodes = List.of(new Node(0), new Node(1), new Node(2));
        private final List<String> story = new ArrayList<>();
        private final Set<Integer> acknowledged = new HashSet<>();
        private final Set<String> clusters = new HashSet<>();
        private int row;
        private int promotions;

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void live() {
            if (random.nextInt(8) > 0) {
                nodes.forEach(this::start);
                settle();
            }
            for (int i = 0; i < EVENTS; i++) {
                event();
                settle();
                check();
            }
        }

        private Node any() {
            return nodes.get(random.nextInt(nodes.size()));
        }

        private Optional<Node> standby() {
            List<Node> standbys =
                    nodes.stream().filter(node -> node.state == State.STANDBY).toList();
            return standbys.isEmpty()
                    ? Optional.empty()
                    : Optional.of(standbys.get(random.nextInt(standbys.size())));
        }

        private void event() {
            Node node = any();
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> start(node);
                case 3 -> stop(node);
                case 4 -> {
                    node.cut = !node.cut && nodes.stream().noneMatch(other -> other.cut);
                    say("%s %s", node.cut ? "cut off" : "connect", node);
                }
                case 5, 6, 7, 8 -> write();
                case 9 -> standby().ifPresent(this::promote);
                case 10 -> standby().ifPresent(this::switchOver);
                case 11, 12 -> standby().ifPresent(this::failOver);
                default -> loseVolume(node);
            }
        }

        private void say(String format, Object what, Node node) {
            story.add(format.formatted(what, "db" + node.number));
        }

        private void start(Node node) {
            if (node.state == State.DOWN) {
                node.state = State.WAITING;
                say("%s %s", "start", node);
            }
        }

        private void stop(Node node) {
            node.state = State.DOWN;
            node.follows = Optional.empty();
            say("%s %s", "kill", node);
        }

        private void write() {
            for (Node primary : nodes) {
                if (primary.state == State.PRIMARY) {
                    row++;
                    primary.data = Optional.of(primary.data.orElseThrow().written(row));
                    boolean safe = false;
                    for (Node standby : nodes) {
                        if (streams(standby, primary) && random.nextInt(4) > 0) {
                            standby.data = primary.data;
                            safe = true;
                        }
                    }
                    if (safe) {
                        acknowledged.addAll(primary.data.orElseThrow().rows());
                    }
                    say("write " + row + (safe ? ", acknowledged," : "") + "%s on %s", "", primary);
                }
            }
        }

        private boolean streams(Node standby, Node primary) {
            return standby.state == State.STANDBY
                    && standby.follows.equals(Optional.of(primary))
                    && reaches(standby, primary)
                    && ancestry(standby, primary) instanceof Ancestry.Follows;
        }

        private boolean reaches(Node one, Node other) {
            return !one.cut && !other.cut;
        }

        /// By a person, who sees a majority.
        private void promote(Node node) {
            long reached =
                    nodes.stream()
                            .filter(other -> other != node)
                            .filter(other -> reaches(node, other) && other.state != State.DOWN)
                            .filter(other -> other.data.isPresent())
                            .count();
            if (node.state != State.STANDBY || reached == 0) {
                return;
            }
            Observed seen = observed(node);
            DataDirectory.Cluster cluster = (DataDirectory.Cluster) seen.dataDirectory();
            if (!new PeerRule(seen.peers(), "data").promotionBlockers(cluster).isEmpty()
                    || node.record.flatMap(NodeState::superseded).isPresent()) {
                return;
            }
            promoted(node);
        }

        private void promoted(Node node) {
            say("%s %s", "promote", node);
            promotions++;
            int from = node.data.orElseThrow().history().timeline();
            node.data = node.data.map(Data::promoted);
            node.primarys = true;
            node.state = State.PRIMARY;
            node.follows = Optional.empty();
            node.record =
                    Optional.of(
                            NodeState.of(NodeState.Role.REPLICA)
                                    .promoted(
                                            NodeState.Role.PRIMARY,
                                            new NodeState.Promotion(
                                                    from, from + 1, "0/1", "then")));
        }

        private void switchOver(Node node) {
            for (Node primary : nodes) {
                if (primary.state == State.PRIMARY && streams(node, primary)) {
                    handOver(primary, node);
                }
            }
        }

        /// The primary has stopped, and what it allows is on its volume. Any of the two, or the
        /// network, may end at any time.
        private void handOver(Node primary, Node successor) {
            say("hand over to db" + successor.number + "%s: %s", "", primary);
            successor.data = primary.data;
            primary.state = State.WAITING;
            if (random.nextInt(8) == 0) {
                stop(primary);
                return;
            }
            primary.record =
                    Optional.of(
                            primary.record
                                    .orElse(NodeState.of(NodeState.Role.PRIMARY))
                                    .handedTo(
                                            successor
                                                    .list()
                                                    .servers()
                                                    .get(successor.number)
                                                    .address()
                                                    .toString()));
            if (random.nextInt(4) == 0) {
                stop(successor);
                return;
            }
            if (random.nextInt(4) == 0) {
                stop(primary);
            }
            promoted(successor);
            if (random.nextInt(4) == 0) {
                stop(successor);
            }
        }

        private void failOver(Node node) {
            nodes.stream()
                    .filter(other -> other.state == State.PRIMARY && reaches(node, other))
                    .findFirst()
                    .filter(_ -> node.state == State.STANDBY)
                    .ifPresent(primary -> {
                        stop(primary);
                        promote(node);
                    });
        }

        /// Only where that is all that is lost.
        private void loseVolume(Node node) {
            boolean elsewhere =
                    nodes.stream()
                            .filter(other -> other != node)
                            .allMatch(other ->
                                    other.data
                                            .filter(data -> data.rows().containsAll(acknowledged))
                                            .isPresent());
            if (node.state == State.DOWN && elsewhere) {
                node.data = Optional.empty();
                node.primarys = false;
                node.record = Optional.empty();
                say("%s %s", "lose the volume of", node);
            }
        }

        /// Until nobody does anything more.
        private void settle() {
            String before = "";
            while (!before.equals(told())) {
                before = told();
                for (Node node : nodes) {
                    if (node.state == State.WAITING) {
                        decide(node);
                    } else if (node.state == State.STANDBY) {
                        watch(node);
                    }
                }
            }
        }

        private String told() {
            return String.valueOf(story.size());
        }

        private void decide(Node node) {
            try {
                Plan plan = Planner.plan(node.settings, observed(node));
                plan.beforeLaunch()
                        .forEach(planned -> {
                            if (planned.step()
                                    instanceof Configure.RecordNodeState(_, NodeState state)) {
                                node.record = Optional.of(state);
                            }
                        });
                if (plan.next() instanceof NextAction.Become(Mode mode, _)) {
                    become(node, mode);
                }
            } catch (Refusal refusal) {
                say("refused: " + refusal.reason() + "%s on %s", "", node);
                node.state = State.DOWN;
            }
        }

        private void become(Node node, Mode mode) {
            switch (mode) {
                case Mode.NativePrimary primary -> {
                    Plan _ = Planner.plan(node.settings.with(primary), observed(node));
                    lead(node);
                }
                case Mode.NativeReplica replica -> follow(node, of(replica.upstream()));
                case Mode.Standalone _, Mode.NativeAuto _, Mode.Patroni _ ->
                        throw new AssertionError(mode);
            }
        }

        private void lead(Node node) {
            if (node.data.isEmpty()) {
                String identifier = String.valueOf(7000 + clusters.size());
                clusters.add(identifier);
                node.data = Optional.of(new Data(identifier, TimelineHistory.first(), List.of()));
                node.record = Optional.of(NodeState.of(NodeState.Role.PRIMARY));
            }
            say("lead%s: %s", "", node);
            node.primarys = true;
            node.state = State.PRIMARY;
            node.record = node.record.map(known -> known.readWrite(NodeState.Role.PRIMARY));
            assertThat(node.data.orElseThrow().rows())
                    .as("what db%d leads with; %s", node.number, this)
                    .containsAll(acknowledged);
        }

        private void follow(Node node, Node upstream) {
            boolean there =
                    reaches(node, upstream)
                            && (upstream.state == State.PRIMARY || upstream.state == State.STANDBY);
            if (there && upstream.state == State.PRIMARY) {
                boolean parted =
                        node.data.isPresent()
                                && ancestry(node, upstream) instanceof Ancestry.Diverged;
                if (node.data.isPresent()
                        && !parted
                        && !(ancestry(node, upstream) instanceof Ancestry.Follows)) {
                    say("refused%s to follow: %s", "", node);
                    node.state = State.DOWN;
                    return;
                }
                // It streams, and is on the timeline of its upstream from then on.
                node.data = upstream.data;
                node.record =
                        Optional.of(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica("db" + node.number, Optional.empty()));
            } else if (node.data.isEmpty() || node.primarys) {
                return;
            }
            node.primarys = false;
            node.state = State.STANDBY;
            node.follows = Optional.of(upstream);
            say("follow db" + upstream.number + "%s: %s", "", node);
        }

        private void watch(Node node) {
            boolean lost =
                    node.follows
                            .filter(upstream ->
                                    upstream.state == State.PRIMARY && reaches(node, upstream))
                            .isEmpty();
            if (lost) {
                RolePlan.primary(node.settings, observed(node))
                        .map(this::of)
                        .ifPresent(primary -> follow(node, primary));
            }
        }

        private Node of(UpstreamServer server) {
            return nodes.get(server.address().host().charAt(2) - '0');
        }

        private static LocalTimelines local(Data data) {
            return new LocalTimelines(data.identifier(), data.history(), new WalEnd.At(data.end()));
        }

        private static UpstreamTimelines timelines(Node node) {
            Data data = node.data.orElseThrow();
            return new UpstreamTimelines(
                    data.identifier(), data.history(), data.end(), node.state == State.STANDBY);
        }

        private static Ancestry ancestry(Node node, Node upstream) {
            return Ancestry.of(local(node.data.orElseThrow()), timelines(upstream));
        }

        private Observed observed(Node node) {
            Observed volume =
                    Volumes.holds(
                            node.data
                                    .<DataDirectory>map(data ->
                                            new DataDirectory.Cluster(
                                                    new ControlData(
                                                            data.identifier(),
                                                            node.primarys
                                                                    ? "shut down"
                                                                    : "shut down in recovery",
                                                            data.history().timeline(),
                                                            "0/3000060",
                                                            "replica",
                                                            java.util.Map.of()),
                                                    node.primarys
                                                            ? DataDirectory.Role.PRIMARY
                                                            : DataDirectory.Role.STANDBY,
                                                    ManagedFiles.none()))
                                    .orElse(new DataDirectory.Empty()));
            List<Peer> peers = new ArrayList<>();
            for (Node other : nodes) {
                UpstreamServer server = node.list().servers().get(other.number);
                peers.add(other == node ? new Peer.Itself(server) : peer(node, other, server));
            }
            Observed asked = node.record.map(volume::with).orElse(volume).asked(peers);
            boolean handedOver = node.record.flatMap(NodeState::handedTo).isPresent();
            return handedOver ? asked.waited(RoleRule.SUCCESSOR_STAYS) : asked;
        }

        private Peer peer(Node node, Node other, UpstreamServer server) {
            if (!reaches(node, other) || other.state == State.DOWN) {
                return Peers.silent(server);
            }
            if (other.state == State.WAITING) {
                return new Peer.Waiting(
                        server,
                        new WaitingNode(
                                node.list().checksum(),
                                other.data.map(data ->
                                        new WaitingNode.Cluster(
                                                other.primarys,
                                                other.record
                                                        .flatMap(NodeState::handedTo)
                                                        .isPresent(),
                                                data.identifier(),
                                                data.history().timeline()))));
            }
            return new Peer.Answering(
                    server,
                    (Upstream.Answered) Volumes.answers(),
                    timelines(other),
                    node.data.map(_ -> ancestry(node, other)),
                    Optional.empty());
        }

        private void check() {
            List<String> primaries =
                    nodes.stream()
                            .filter(node -> node.state == State.PRIMARY)
                            .map(node -> node.data.orElseThrow())
                            .map(data -> data.identifier() + " " + data.history())
                            .toList();
            assertThat(primaries).as("primaries; %s", this).doesNotHaveDuplicates();
            assertThat(clusters).as("clusters; %s", this).hasSizeLessThan(2);
        }

        /// Everything is restarted, and reaches everything.
        void end() {
            nodes.forEach(node -> node.cut = false);
            nodes.forEach(this::stop);
            nodes.forEach(this::start);
            settle();
            check();
        }

        @Override
        public String toString() {
            return "-Dproperty.seed=%d: %s".formatted(seed, String.join("\n", story));
        }
    }

    private static final List<Life> ALL =
            LongStream.range(0, LIVES)
                    .mapToObj(i -> {
                        Life life = new Life(HostileText.FIRST_SEED + i);
                        life.live();
                        life.end();
                        return life;
                    })
                    .toList();

    @Test
    void no_life_has_two_primaries_on_a_timeline_two_clusters_or_a_lost_commit() {
        assertThat(ALL.stream().mapToInt(life -> life.promotions).sum())
                .as("promotions; for example %s and %s", ALL.getFirst(), ALL.getLast())
                .isGreaterThan(LIVES);
        assertThat(ALL.stream().mapToInt(life -> life.acknowledged.size()).sum())
                .isGreaterThan(LIVES);
    }

    @Test
    void once_every_node_is_there_again_the_others_follow_the_primary() {
        int whole = 0;
        for (Life life : ALL) {
            if (life.nodes.stream().anyMatch(node -> node.state == State.PRIMARY)) {
                assertThat(life.nodes)
                        .as("%s", life)
                        .filteredOn(node -> node.state == State.STANDBY)
                        .hasSize(2);
                whole++;
            }
        }
        assertThat(whole).isGreaterThan(LIVES / 2);
    }
}
