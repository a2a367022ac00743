package io.pgentrypoint.observe.wal;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Rejoin;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at a cluster at rest and at the server that it is asked to follow.
public final class HistoryComparisonReader {

    private final RelocationCheck placement;
    private final WalState state;
    private final WalDump dump;
    private final LocalTimelinesReader local;

    /// @param program pg_waldump
    public HistoryComparisonReader(
            String program, Settings settings, WalState state, Programs programs) {
        Path dataDirectory = settings.dataDirectory();
        Map<String, String> environment = settings.childEnvironment();
        this.placement = new RelocationCheck(dataDirectory, settings.initdb().walDirectory());
        this.state = state;
        this.dump =
                new WalDump(program, dataDirectory.resolve("pg_wal"), state, environment, programs);
        this.local = new LocalTimelinesReader(program, dataDirectory, state, environment, programs);
    }

    /// @param name of the server, as the user knows it
    /// @param rejoin what is asked for: only what it needs is looked at
    /// @throws SQLException when the server has gone since it was asked last
    public HistoryComparison read(
            String systemIdentifier, ReplicationConnection server, String name, Rejoin rejoin)
            throws SQLException {
        // First: a server that writes on makes its position larger, and ours stays.
        LocalTimelines ours = local.read(systemIdentifier);
        UpstreamTimelines theirs;
        try (Connection connection = server.open()) {
            theirs = UpstreamTimelinesReader.read(new ReplicationCommands(connection));
        } catch (UnansweredHistory e) {
            return unknown(
                    new Ancestry.Unknown(
                            "%s does not tell its history: %s".formatted(name, e.getMessage()),
                            false),
                    false,
                    moveAsideBlockers(ours, server, name, rejoin));
        }
        Ancestry ancestry = Ancestry.of(ours, theirs);
        return switch (ancestry) {
            case Ancestry.Follows follows -> follows(ours, follows, theirs, server, name, rejoin);
            case Ancestry.Diverged diverged ->
                    diverged(ours, diverged, theirs.inRecovery(), server, name, rejoin);
            case Ancestry.Unknown _ ->
                    unknown(
                            ancestry,
                            theirs.inRecovery(),
                            moveAsideBlockers(ours, server, name, rejoin));
            case Ancestry.Ahead _, Ancestry.UpstreamBehind _, Ancestry.OtherCluster _ ->
                    new HistoryComparison(ancestry, theirs.inRecovery());
        };
    }

    private static HistoryComparison unknown(
            Ancestry ancestry, boolean cascading, List<String> moveAsideBlockers) {
        return new HistoryComparison(
                ancestry,
                cascading,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                moveAsideBlockers);
    }

    private HistoryComparison follows(
            LocalTimelines ours,
            Ancestry.Follows follows,
            UpstreamTimelines theirs,
            ReplicationConnection server,
            String name,
            Rejoin rejoin) {
        Optional<String> missing = missingWal(state, follows, theirs, server);
        return new HistoryComparison(
                follows,
                theirs.inRecovery(),
                Optional.empty(),
                missing,
                List.of(),
                missing.isPresent() ? moveAsideBlockers(ours, server, name, rejoin) : List.of());
    }

    private HistoryComparison diverged(
            LocalTimelines ours,
            Ancestry.Diverged diverged,
            boolean cascading,
            ReplicationConnection server,
            String name,
            Rejoin rejoin) {
        Loss loss = RelationNames.named(LossReader.read(dump, ours, diverged), server);
        return new HistoryComparison(
                diverged,
                cascading,
                Optional.of(loss),
                Optional.empty(),
                switch (rejoin) {
                    case REFUSE, RECLONE -> List.of();
                    case REWIND -> rewindBlockers(server, name);
                },
                moveAsideBlockers(ours, server, name, rejoin));
    }

    /// What the server answers when it is asked for the WAL that we need next, if it has removed
    /// it. A WAL receiver asks for whole segments.
    public static Optional<String> missingWal(
            WalState state,
            Ancestry.Follows follows,
            UpstreamTimelines theirs,
            ReplicationConnection server) {
        Lsn begin = state.segmentBegin(follows.end());
        if (!theirs.position().isAfter(begin)) {
            return Optional.empty();
        }
        try {
            Connection connection = server.open();
            try {
                return new ReplicationCommands(connection)
                        .removedWal(begin.toString(), follows.timeline());
            } finally {
                // An orderly end would wait for the stream's.
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private List<String> rewindBlockers(ReplicationConnection server, String name) {
        List<String> blockers = new ArrayList<>();
        if (!state.rewindable()) {
            blockers.add(
                    """
                    this cluster has neither data checksums nor wal_log_hints=on, so that \
                    pg_rewind cannot tell which pages changed\
                    """);
        }
        RewindSource source = RewindSource.ask(server, name);
        blockers.addAll(source.blockers());
        blockers.addAll(placement.moveBlockers());
        blockers.addAll(newTablespaceBlockers(source, name));
        blockers.addAll(placement.growthBlockers(source));
        return blockers;
    }

    /// pg_rewind would write to their places, whatever is there.
    private List<String> newTablespaceBlockers(RewindSource source, String name) {
        return source.tablespaces().stream()
                .filter(tablespace -> !placement.hasTablespace(tablespace.name()))
                .map(tablespace ->
                        "%s has a tablespace in %s that this node has not"
                                .formatted(name, tablespace.location()))
                .toList();
    }

    private List<String> moveAsideBlockers(
            LocalTimelines ours, ReplicationConnection server, String name, Rejoin rejoin) {
        return switch (rejoin) {
            case REFUSE, REWIND -> List.of();
            case RECLONE -> {
                List<String> blockers =
                        placement.moveAsideBlockers(RewindSource.ask(server, name).databaseBytes());
                yield blockers.isEmpty() ? replayBlockers(ours) : blockers;
            }
        };
    }

    /// If somebody starts what was moved aside, it would write to the tablespace of its successor.
    private List<String> replayBlockers(LocalTimelines ours) {
        List<WalRecord> found = new ArrayList<>();
        boolean whole =
                WalRecords.each(
                        dump,
                        ours.history(),
                        state.redo(),
                        record -> {
                            if (record.createsTablespace()) {
                                found.add(record);
                            }
                        });
        if (found.isEmpty() && (whole || !placement.hasTablespacesOutside())) {
            return List.of();
        }
        return List.of(
                """
                of its tablespaces outside, %s: started from where it is moved to, it \
                would write to the old place again\
                """
                        .formatted(
                                found.isEmpty()
                                        ? "it cannot be told whether one was created since its last checkpoint"
                                        : "one was created since its last checkpoint, at %s"
                                                .formatted(found.getFirst().begin())));
    }
}
