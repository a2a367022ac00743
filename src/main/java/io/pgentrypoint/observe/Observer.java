package io.pgentrypoint.observe;

import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.ControlDataReader;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.DataDirectoryReader;
import io.pgentrypoint.observe.datadir.LegacyLayout;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeStateReader;
import io.pgentrypoint.observe.datadir.OldClusterReader;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.observe.datadir.Unreadable;
import io.pgentrypoint.observe.datadir.UpgradedReader;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.postgres.InstallationFinder;
import io.pgentrypoint.observe.postgres.ServerDirectory;
import io.pgentrypoint.observe.scripts.ScriptsReader;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.PeerReader;
import io.pgentrypoint.observe.upstream.Tablespaces;
import io.pgentrypoint.observe.upstream.TablespacesReader;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.UpstreamFailure;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.observe.volume.VolumeReader;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.observe.wal.HistoryComparisonReader;
import io.pgentrypoint.observe.wal.LocalTimelines;
import io.pgentrypoint.observe.wal.LocalTimelinesReader;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.WalState;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks at everything a plan depends on. It changes nothing.
public final class Observer {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Observer() {}

    /// While no server runs on the volume.
    public static Observed look(Settings settings, Programs programs) {
        Observed volume = lookAtVolume(settings, programs);
        ServerDirectory.require(settings, volume.installation(), programs);
        return switch (settings.mode()) {
            case Mode.Standalone _ -> volume;
            case Mode.Patroni _ ->
                    volume.with(
                            new PatroniEnvironmentReader(settings, programs, TIMEOUT).read(true));
            case Mode.NativePrimary primary ->
                    primary.asked().isEmpty()
                            ? volume
                            : volume.asked(
                                    peers(
                                            primary.asked(),
                                            settings,
                                            atRest(settings, volume, programs),
                                            programs));
            case Mode.NativeAuto auto ->
                    volume.asked(
                            nodes(auto, settings, atRest(settings, volume, programs), programs));
            case Mode.NativeReplica replica -> {
                Upstream answer = upstream(replica, settings, programs);
                Tablespaces places = tablespaces(replica, volume, answer, programs);
                yield under(replica, settings, volume, answer, programs)
                        .with(places)
                        .with(
                                volume.volume()
                                        .doubting(VolumeReader.warnings(settings, places.known())))
                        .asked(ofPromoted(replica, settings, volume, programs));
            }
        };
    }

    /// The log of a server that runs has no end that could be compared.
    public static Observed lookWhileRunning(Settings settings, Programs programs) {
        Observed volume = lookAtVolume(settings, programs);
        return switch (settings.mode()) {
            case Mode.Standalone _ -> volume;
            case Mode.Patroni _ ->
                    volume.with(
                            new PatroniEnvironmentReader(settings, programs, TIMEOUT).read(true));
            case Mode.NativePrimary primary ->
                    volume.asked(peers(primary.asked(), settings, Optional.empty(), programs));
            case Mode.NativeAuto auto ->
                    volume.asked(nodes(auto, settings, Optional.empty(), programs));
            case Mode.NativeReplica replica ->
                    volume.under(upstream(replica, settings, programs), Optional.empty());
        };
    }

    /// Before a replica that runs is promoted: the nodes that may be the primary, or know more.
    ///
    /// @param state of its server, read before the peers are asked: they go on
    public static Observed lookBeforePromotion(
            Settings settings, StandbyState state, Programs programs) {
        Observed observed = lookWhileRunning(settings, programs);
        return switch (settings.mode()) {
            case Mode.Standalone _, Mode.NativePrimary _, Mode.NativeAuto _, Mode.Patroni _ ->
                    observed;
            case Mode.NativeReplica replica ->
                    !state.inRecovery() || replica.peers().isEmpty()
                            ? observed
                            : observed.asked(
                                    peers(
                                            replica.peers(),
                                            settings,
                                            running(settings, observed, state, programs),
                                            programs));
        };
    }

    /// A replica that only follows asks no peer. One that was promoted may be the primary still:
    /// the peers tell, and among them the primary that it followed, which also stands for them
    /// where PEER_HOSTS is unset.
    private static List<Peer> ofPromoted(
            Mode.NativeReplica replica, Settings settings, Observed volume, Programs programs) {
        boolean promoted =
                volume.node().flatMap(NodeState::promotion).isPresent()
                        && volume.dataDirectory() instanceof DataDirectory.Cluster cluster
                        && cluster.role() == DataDirectory.Role.PRIMARY;
        if (!promoted) {
            return List.of();
        }
        List<UpstreamServer> peers = new ArrayList<>(replica.peers());
        if (peers.stream().noneMatch(peer -> peer.address().equals(replica.primary()))) {
            peers.add(replica.upstream());
        }
        return peers(peers, settings, atRest(settings, volume, programs), programs);
    }

    private static Observed under(
            Mode.NativeReplica replica,
            Settings settings,
            Observed volume,
            Upstream answer,
            Programs programs) {
        if (!(volume.dataDirectory() instanceof DataDirectory.Cluster cluster)
                || !(answer instanceof Upstream.Answered answered)
                || !answered.systemIdentifier().equals(cluster.control().systemIdentifier())) {
            return volume.under(answer, Optional.empty());
        }
        HistoryComparisonReader reader =
                new HistoryComparisonReader(
                        volume.installation().program("pg_waldump"),
                        settings,
                        cluster.control().wal(),
                        programs);
        return programs.orStop(() -> {
            try {
                HistoryComparison comparison =
                        reader.read(
                                answered.systemIdentifier(),
                                UpstreamReader.connection(replica.upstream(), TIMEOUT),
                                replica.primary().toString(),
                                replica.rejoin());
                return volume.under(answer, Optional.of(comparison));
            } catch (SQLException e) {
                // Reading our own log may take minutes, and the server has gone meanwhile.
                return volume.under(UpstreamFailure.of(e), Optional.empty());
            }
        });
    }

    private static Tablespaces tablespaces(
            Mode.NativeReplica replica, Observed volume, Upstream answer, Programs programs) {
        boolean cloned = volume.dataDirectory() instanceof DataDirectory.Cluster;
        return cloned || !(answer instanceof Upstream.Answered)
                ? Tablespaces.none()
                : programs.orStop(() ->
                        TablespacesReader.ask(
                                UpstreamReader.connection(replica.upstream(), TIMEOUT)));
    }

    /// Without asking the upstream.
    public static Observed lookAtVolume(Settings settings, Programs programs) {
        Map<String, String> environment = settings.childEnvironment();
        InstallationFinder finder = new InstallationFinder(environment, programs);
        Installation installation = finder.find();
        Layout layout = new Layout(settings.dataDirectory());
        DataDirectory verdict =
                new DataDirectoryReader(
                                new ControlDataReader(installation, environment, programs),
                                installation.major())
                        .read(layout);
        DataDirectory dataDirectory =
                verdict instanceof DataDirectory.OtherMajor other
                        ? new OldClusterReader(finder, environment, programs)
                                .read(layout, other, installation)
                        : verdict;
        return new Observed(
                installation,
                dataDirectory,
                Optional.empty(),
                ScriptsReader.read(
                        settings, !(dataDirectory instanceof DataDirectory.Cluster), programs),
                LegacyLayout.read(settings.dataDirectory(), dataDirectory, installation.major()),
                NodeStateReader.read(new Layout(settings.dataDirectory())),
                Optional.empty(),
                List.of(),
                VolumeReader.read(settings),
                new PatroniEnvironmentReader(settings, programs, TIMEOUT).read(false),
                installation.hasExtension("citus"),
                Tablespaces.none(),
                Duration.ZERO,
                UpgradedReader.read(
                        layout,
                        verdict instanceof DataDirectory.OtherMajor(int found, _)
                                ? found
                                : installation.major()),
                false);
    }

    /// The control data of a clone, before it is shown to anybody.
    public static ControlData controlData(
            Path directory,
            Installation installation,
            Map<String, String> environment,
            Programs programs) {
        try {
            return new ControlDataReader(installation, environment, programs).read(directory);
        } catch (Unreadable e) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot use what was cloned into %s: %s".formatted(directory, e.why()),
                    "check the primary; the next start deletes the partial copy");
        }
    }

    private static List<Peer> peers(
            List<UpstreamServer> peers,
            Settings settings,
            Optional<PeerReader.Ours> ours,
            Programs programs) {
        return programs.orStop(() -> new PeerReader(settings.port(), TIMEOUT, ours).ask(peers));
    }

    /// Whether that server takes writes now.
    public static boolean takesWrites(UpstreamServer server, Settings settings, Programs programs) {
        return peers(List.of(server), settings, Optional.empty(), programs).getFirst()
                        instanceof Peer.Answering answering
                && answering.takesWrites();
    }

    /// Every node of the list, this one among them.
    private static List<Peer> nodes(
            Mode.NativeAuto auto,
            Settings settings,
            Optional<PeerReader.Ours> ours,
            Programs programs) {
        List<Peer> answers = new ArrayList<>(peers(auto.nodes().asked(), settings, ours, programs));
        auto.nodes().servers().stream()
                .filter(server -> !auto.nodes().asked().contains(server))
                .forEach(server -> answers.add(new Peer.Itself(server)));
        return answers;
    }

    private static Optional<PeerReader.Ours> atRest(
            Settings settings, Observed volume, Programs programs) {
        if (!(volume.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            return Optional.empty();
        }
        WalState wal = cluster.control().wal();
        LocalTimelines timelines =
                local(settings, volume, wal, programs).read(cluster.control().systemIdentifier());
        return Optional.of(new PeerReader.Ours(timelines, Optional.of(wal)));
    }

    private static Optional<PeerReader.Ours> running(
            Settings settings, Observed volume, StandbyState state, Programs programs) {
        if (!(volume.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            return Optional.empty();
        }
        // What was received in this life may be less than what an earlier one has left.
        Optional<Lsn> end =
                Stream.of(state.received(), state.replayed())
                        .flatMap(Optional::stream)
                        .map(Lsn::parse)
                        .reduce(Lsn::greatest);
        LocalTimelines timelines =
                local(settings, volume, cluster.control().wal(), programs)
                        .running(cluster.control().systemIdentifier(), end);
        return Optional.of(new PeerReader.Ours(timelines, Optional.empty()));
    }

    private static LocalTimelinesReader local(
            Settings settings, Observed volume, WalState wal, Programs programs) {
        return new LocalTimelinesReader(
                volume.installation().program("pg_waldump"),
                settings.dataDirectory(),
                wal,
                settings.childEnvironment(),
                programs);
    }

    private static Upstream upstream(
            Mode.NativeReplica replica, Settings settings, Programs programs) {
        return programs.orStop(
                () -> new UpstreamReader().ask(replica.upstream(), settings.port(), TIMEOUT));
    }
}
