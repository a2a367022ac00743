package io.pgentrypoint.observe;

import io.pgentrypoint.node.NodeRecord;
import io.pgentrypoint.patroni.Surroundings;
import io.pgentrypoint.scripts.Scripts;
import io.pgentrypoint.timeline.Standing;
import io.pgentrypoint.volume.Volume;
import java.util.List;
import java.util.Optional;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param scripts the user's
/// @param oldData places of earlier images that hold a cluster, where PGDATA is that of the 18+
///   layout; looked for before a first start only
/// @param node what the volume knows of itself; absent before the first start that writes it
/// @param standing how a replica's cluster stands to an upstream that answers; absent where there
///   is no such cluster or no answer, and while the server runs
/// @param peers what each of PEER_HOSTS says, where this node is to take writes
/// @param volume what holds the data directory
/// @param patroni what there is of Patroni
/// @param citus whether the server can load Citus
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        Scripts scripts,
        List<String> oldData,
        Optional<NodeRecord> node,
        Optional<Standing> standing,
        List<Peer> peers,
        Volume volume,
        Surroundings patroni,
        boolean citus) {

    public Observed {
        oldData = List.copyOf(oldData);
        peers = List.copyOf(peers);
    }

    /// A data directory beside which nothing was looked at, and about which nobody was asked.
    public Observed(
            Installation installation, DataDirectory dataDirectory, Optional<Upstream> upstream) {
        this(
                installation,
                dataDirectory,
                upstream,
                Scripts.none(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Volume.unknown(),
                Surroundings.none(),
                false);
    }

    public Observed with(Scripts found) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                found,
                oldData,
                node,
                standing,
                peers,
                volume,
                patroni,
                citus);
    }

    public Observed withOldData(List<String> found) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                found,
                node,
                standing,
                peers,
                volume,
                patroni,
                citus);
    }

    public Observed with(NodeRecord record) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                Optional.of(record),
                standing,
                peers,
                volume,
                patroni,
                citus);
    }

    public Observed with(Standing found) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                node,
                Optional.of(found),
                peers,
                volume,
                patroni,
                citus);
    }

    public Observed with(Volume found) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                node,
                standing,
                peers,
                found,
                patroni,
                citus);
    }

    public Observed with(Surroundings found) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                node,
                standing,
                peers,
                volume,
                found,
                citus);
    }

    public Observed withCitus() {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                node,
                standing,
                peers,
                volume,
                patroni,
                true);
    }

    public Observed asked(List<Peer> answers) {
        return new Observed(
                installation,
                dataDirectory,
                upstream,
                scripts,
                oldData,
                node,
                standing,
                answers,
                volume,
                patroni,
                citus);
    }

    /// As a replica of that server sees it.
    public Observed under(Upstream answer, Optional<Standing> found) {
        return new Observed(
                installation,
                dataDirectory,
                Optional.of(answer),
                scripts,
                oldData,
                node,
                found,
                List.of(),
                volume,
                patroni,
                citus);
    }

    public Observed withoutStartScripts() {
        return with(new Scripts(scripts.init(), Scripts.none().start()));
    }

    /// For a server that runs on it.
    public Observed serving() {
        return with(volume.serving());
    }
}
