package io.pgentrypoint.observe;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.scripts.Scripts;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Tablespaces;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.patroni.PatroniEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Everything a plan depends on besides the settings.
///
/// @param upstream present when the settings name one
/// @param scripts the user's
/// @param legacyData places of earlier images that hold a cluster, where PGDATA is that of the 18+
///   layout; looked for before a first start only
/// @param node what the volume knows of itself; absent before the first start that writes it
/// @param comparison how a replica's cluster stands to an upstream that answers; absent where there
///   is no such cluster or no answer, and while the server runs
/// @param peers what each of PEER_HOSTS says, where this node is to take writes or to be promoted
/// @param volume what holds the data directory
/// @param patroni what there is of Patroni
/// @param citus whether the server can load Citus
/// @param tablespaces of the upstream, where there is nothing but to clone it
/// @param waited how long every node of a cluster has answered the same
/// @param upgraded the upgrade that made the cluster, where a start did it
/// @param serving whether the server runs, and what is looked at is what a reload would do
public record Observed(
        Installation installation,
        DataDirectory dataDirectory,
        Optional<Upstream> upstream,
        Scripts scripts,
        List<String> legacyData,
        Optional<NodeState> node,
        Optional<HistoryComparison> comparison,
        List<Peer> peers,
        Volume volume,
        PatroniEnvironment patroni,
        boolean citus,
        Tablespaces tablespaces,
        Duration waited,
        Optional<Upgraded> upgraded,
        boolean serving) {

    public Observed {
        legacyData = List.copyOf(legacyData);
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
                PatroniEnvironment.none(),
                false,
                Tablespaces.none(),
                Duration.ZERO,
                Optional.empty(),
                false);
    }

    public Observed with(Scripts found) {
        return changed(draft -> draft.scripts = found);
    }

    public Observed withLegacyData(List<String> found) {
        return changed(draft -> draft.legacyData = found);
    }

    public Observed with(NodeState record) {
        return changed(draft -> draft.node = Optional.of(record));
    }

    public Observed with(HistoryComparison found) {
        return changed(draft -> draft.comparison = Optional.of(found));
    }

    public Observed with(Volume found) {
        return changed(draft -> draft.volume = found);
    }

    public Observed with(PatroniEnvironment found) {
        return changed(draft -> draft.patroni = found);
    }

    public Observed with(Tablespaces found) {
        return changed(draft -> draft.tablespaces = found);
    }

    public Observed withCitus() {
        return changed(draft -> draft.citus = true);
    }

    public Observed asked(List<Peer> answers) {
        return changed(draft -> draft.peers = answers);
    }

    /// What each node of a cluster says, in words that stay the same for as long as that does.
    public List<String> said() {
        return peers.stream().map(Peer::describe).toList();
    }

    public Observed waited(Duration time) {
        return changed(draft -> draft.waited = time);
    }

    public Observed with(Upgraded found) {
        return changed(draft -> draft.upgraded = Optional.of(found));
    }

    /// As a replica of that server sees it.
    public Observed under(Upstream answer, Optional<HistoryComparison> found) {
        return changed(draft -> {
            draft.upstream = Optional.of(answer);
            draft.comparison = found;
            draft.peers = List.of();
        });
    }

    public Observed withoutStartScripts() {
        return with(new Scripts(scripts.init(), Scripts.none().start()));
    }

    /// For a server that runs on it.
    public Observed whileServing() {
        return changed(draft -> {
            draft.volume = volume.serving();
            draft.serving = true;
        });
    }

    private Observed changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// What may be another than in the one it starts from.
    private static final class Draft {

        private final Observed from;
        private Optional<Upstream> upstream;
        private Scripts scripts;
        private List<String> legacyData;
        private Optional<NodeState> node;
        private Optional<HistoryComparison> comparison;
        private List<Peer> peers;
        private Volume volume;
        private PatroniEnvironment patroni;
        private boolean citus;
        private Tablespaces tablespaces;
        private Duration waited;
        private Optional<Upgraded> upgraded;
        private boolean serving;

        private Draft(Observed from) {
            this.from = from;
            upstream = from.upstream;
            scripts = from.scripts;
            legacyData = from.legacyData;
            node = from.node;
            comparison = from.comparison;
            peers = from.peers;
            volume = from.volume;
            patroni = from.patroni;
            citus = from.citus;
            tablespaces = from.tablespaces;
            waited = from.waited;
            upgraded = from.upgraded;
            serving = from.serving;
        }

        private Observed done() {
            return new Observed(
                    from.installation,
                    from.dataDirectory,
                    upstream,
                    scripts,
                    legacyData,
                    node,
                    comparison,
                    peers,
                    volume,
                    patroni,
                    citus,
                    tablespaces,
                    waited,
                    upgraded,
                    serving);
        }
    }
}
