package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.plan.rule.RoleRule;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The rows of RoleTable, with `db1`, `db2` and `db3`. This node is `db1`, where nothing else is
/// said.
final class RoleCells {

    private static final Settings FIRST = node("db1");
    private static final Settings SECOND = node("db2");

    private final PatroniCells.Sink sink;

    RoleCells(PatroniCells.Sink sink) {
        this.sink = sink;
    }

    private static Settings node(String name, String... pairs) {
        var environment =
                Environments.primary(
                        "REPLICATION_ROLE", "auto",
                        "CLUSTER_HOSTS", "db1,db2,db3",
                        "NODE_NAME", name,
                        "POSTGRES_PASSWORD", "superpass");
        environment.putAll(Environments.standalone(pairs));
        return parse(environment);
    }

    void add() {
        DataDirectory empty = new DataDirectory.Empty();
        DataDirectory primary = Volumes.primary(ManagedFiles.none());
        DataDirectory standby = Volumes.standby(ManagedFiles.none());
        Ancestry follows = Peers.FOLLOWS;
        Ancestry same = new Ancestry.Ahead(1, new Lsn(700), new Lsn(500));
        cell("empty-all-empty", FIRST, empty, waiting(2), waiting(3));
        cell("empty-second-all-empty", SECOND, empty, waiting(1), waiting(3));
        cell("empty-one-silent", FIRST, empty, waiting(2), silent(3));
        sink.cell(
                "native-auto-empty-one-silent-for-long",
                FIRST,
                seen(FIRST, empty, waiting(2), silent(3)).waited(Duration.ofMinutes(5)));
        cell("empty-one-unclear", FIRST, empty, waiting(2), Peers.unclear(server(3)));
        cell("empty-beside-a-primary", FIRST, empty, primary(2, 1, follows), waiting(3));
        cell("empty-beside-a-standby", FIRST, empty, silent(2), standby(3, 1, follows));
        cell(
                "empty-beside-an-old-primary",
                FIRST,
                empty,
                primary(2, 1, follows),
                standby(3, 2, follows));
        cell(
                "empty-two-clusters",
                FIRST,
                empty,
                primary(2, 1, follows),
                Peers.ofAnotherCluster(server(3)));
        cell("empty-two-primaries", FIRST, empty, primary(2, 1, follows), primary(3, 1, follows));
        cell(
                "empty-other-list",
                FIRST,
                empty,
                waiting(2),
                new Peer.Waiting(server(3), new WaitingNode("00000000", Optional.empty())));
        cell("primary-majority", FIRST, primary, standby(2, 1, same), silent(3));
        cell("primary-others-empty", FIRST, primary, waiting(2), waiting(3));
        cell("primary-one-empty-one-silent", FIRST, primary, waiting(2), silent(3));
        cell("primary-minority", FIRST, primary, silent(2), silent(3));
        cell(
                "primary-start-alone",
                node("db1", "START_ALONE", "true"),
                primary,
                silent(2),
                silent(3));
        cell("primary-replaced", FIRST, primary, primary(2, 2, follows), silent(3));
        cell("primary-newer-standby", FIRST, primary, silent(2), standby(3, 2, follows));
        cell("primary-newer-waits", FIRST, primary, waiting(2, 2), silent(3));
        cell("primary-two-volumes", FIRST, primary, waiting(2, 1), silent(3));
        cell("primary-two-primaries", FIRST, primary, primary(2, 1, same), silent(3));
        cell(
                "primary-beside-an-old-primary",
                FIRST,
                Volumes.primaryOn(2),
                primary(2, 1, new Ancestry.UpstreamBehind(2, 1)),
                silent(3));
        for (Duration time : List.of(Duration.ZERO, RoleRule.SUCCESSOR_STAYS)) {
            String when = time.isZero() ? "" : "-for-long";
            sink.cell(
                    "native-auto-primary-handed-over-successor-is-a-standby" + when,
                    FIRST,
                    handedOver(FIRST, standby(2, 1, same), silent(3)).waited(time));
            sink.cell(
                    "native-auto-primary-handed-over-successor-is-silent" + when,
                    FIRST,
                    handedOver(FIRST, silent(2), standby(3, 1, same)).waited(time));
        }
        sink.cell(
                "native-auto-primary-handed-over-start-alone",
                node("db1", "START_ALONE", "true"),
                handedOver(FIRST, silent(2), silent(3)).waited(RoleRule.SUCCESSOR_STAYS));
        sink.cell(
                "native-auto-primary-handed-over-and-replaced",
                FIRST,
                handedOver(FIRST, primary(2, 2, follows), silent(3)));
        // Killed in the middle of a promotion from a timeline that it had not made a checkpoint on.
        sink.cell(
                "native-auto-primary-half-promoted-beside-its-predecessor",
                FIRST,
                seen(
                                FIRST,
                                primary,
                                waiting(
                                        2,
                                        Optional.of(
                                                new WaitingNode.Cluster(
                                                        true, true, Volumes.IDENTIFIER, 2))),
                                standby(3, 2, new Ancestry.Follows(2, new Lsn(500))))
                        .with(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .supersededBy(
                                                Optional.of(
                                                        new NodeState.Superseded(
                                                                2, "db2:5432", Volumes.IDENTIFIER)))
                                        .promoting(2)));
        cell("standby-follows", SECOND, standby, primary(1, 1, follows), silent(3));
        cell("standby-without-primary", SECOND, standby, silent(1), standby(3, 1, follows));
        cell("standby-alone", SECOND, standby, silent(1), silent(3));
        cell("unfinished", FIRST, Volumes.publishing(), silent(2), silent(3));
        sink.cell(
                "native-auto-not-in-the-list",
                FIRST,
                Volumes.holds(empty).asked(List.of(silent(1), silent(2), silent(3))));
    }

    /// To `db2`.
    private static Observed handedOver(Settings settings, Peer... others) {
        return seen(settings, Volumes.primary(ManagedFiles.none()), others)
                .with(
                        NodeState.of(NodeState.Role.PRIMARY)
                                .handedTo(server(2).address().toString()));
    }

    private static UpstreamServer server(int number) {
        return ((Mode.NativeAuto) FIRST.mode()).nodes().servers().get(number - 1);
    }

    private static Peer silent(int number) {
        return Peers.silent(server(number));
    }

    private static Peer waiting(int number) {
        return waiting(number, Optional.empty());
    }

    private static Peer waiting(int number, int timeline) {
        return waiting(
                number, Optional.of(new WaitingNode.Cluster(true, Volumes.IDENTIFIER, timeline)));
    }

    private static Peer waiting(int number, Optional<WaitingNode.Cluster> cluster) {
        return new Peer.Waiting(
                server(number),
                new WaitingNode(((Mode.NativeAuto) FIRST.mode()).nodes().checksum(), cluster));
    }

    private static Peer primary(int number, int timeline, Ancestry ancestry) {
        return Peers.answering(server(number), true, timeline, ancestry);
    }

    private static Peer standby(int number, int timeline, Ancestry ancestry) {
        return Peers.answering(server(number), false, timeline, ancestry);
    }

    private static Observed seen(Settings settings, DataDirectory volume, Peer... others) {
        var peers = new java.util.ArrayList<Peer>(List.of(others));
        peers.add(new Peer.Itself(server(settings.equals(SECOND) ? 2 : 1)));
        return Volumes.holds(volume).asked(peers);
    }

    private void cell(String name, Settings settings, DataDirectory volume, Peer... others) {
        sink.cell("native-auto-" + name, settings, seen(settings, volume, others));
    }
}
