package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.Optional;

/// The row of the decision table for a native primary that asks PEER_HOSTS: `db2` answers, and
/// `db3` is down.
final class PeerCells {

    private static final Settings SETTINGS =
            parse(Environments.primary("POSTGRES_PASSWORD", "superpass", "PEER_HOSTS", "db2,db3"));

    private final PatroniCells.Sink sink;

    PeerCells(PatroniCells.Sink sink) {
        this.sink = sink;
    }

    void add() {
        DataDirectory was = Volumes.primary(Volumes.written(SETTINGS));
        DataDirectory standby = Volumes.standby(Volumes.written(under(0)));
        Observed followed =
                Volumes.holds(standby)
                        .with(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica(Environments.HOST_NAME, Optional.empty())
                                        .under("db2:5432"));
        Peer tookOver = Peers.answering(peer(0), true, 2, Peers.FOLLOWS);
        cell("primary-peer-took-over", Volumes.holds(was), tookOver);
        cell("primary-peer-parted", Volumes.holds(was), parted());
        cell("primary-peer-without-wal", Volumes.holds(was), Peers.withoutWal(peer(0)));
        cell("primary-peers-down", Volumes.holds(was), Peers.silent(peer(0)));
        cell("standby-peer-took-over", Volumes.holds(standby), tookOver);
        cell("standby-peers-down", Volumes.holds(standby), Peers.silent(peer(0)));
        cell("standby-of-a-peer", followed, tookOver);
        cell("standby-of-a-peer-that-is-down", followed, Peers.silent(peer(0)));
        cell("standby-of-a-peer-without-wal", followed, Peers.withoutWal(peer(0)));
        cell("empty-beside-a-peer", Volumes.holds(new DataDirectory.Empty()), tookOver);
    }

    private static Peer parted() {
        return Peers.answering(peer(0), true, 2, Peers.DIVERGED);
    }

    private static UpstreamServer peer(int index) {
        return ((Mode.NativePrimary) SETTINGS.mode()).asked().get(index);
    }

    private static Settings under(int index) {
        Mode.NativePrimary primary = (Mode.NativePrimary) SETTINGS.mode();
        return SETTINGS.with(primary.peers().orElseThrow().under(peer(index), primary.networks()));
    }

    private void cell(String name, Observed volume, Peer first) {
        sink.cell(
                "native-primary-" + name,
                SETTINGS,
                volume.asked(List.of(first, Peers.silent(peer(1)))));
    }
}
