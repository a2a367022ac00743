package io.pgentrypoint.timeline;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.mode.Rejoin;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at a cluster at rest and at the server that it is asked to follow.
public final class StandingReader {

    private final Placement placement;
    private final WalState state;
    private final WalDump dump;
    private final LocalBranchReader local;

    /// @param program pg_waldump
    public StandingReader(String program, Settings settings, WalState state, Programs programs) {
        Path dataDirectory = settings.dataDirectory();
        Map<String, String> environment = settings.childEnvironment();
        this.placement = new Placement(dataDirectory, settings.initdb().walDirectory());
        this.state = state;
        this.dump = new WalDump(program, dataDirectory.resolve("pg_wal"), environment, programs);
        this.local = new LocalBranchReader(program, dataDirectory, state, environment, programs);
    }

    /// @param name of the server, as the user knows it
    /// @param rejoin what is asked for: only what it needs is looked at
    /// @throws SQLException when the server has gone since it was asked last
    public Standing read(
            String systemIdentifier, ReplicationConnection server, String name, Rejoin rejoin)
            throws SQLException {
        // First: a server that writes on makes its position larger, and ours stays.
        LocalBranch ours = local.read(systemIdentifier);
        ServerBranch theirs;
        try (Connection connection = server.open()) {
            theirs = ServerBranchReader.read(new ReplicationCommands(connection));
        } catch (UntoldHistory e) {
            return unknown(
                    new Ancestry.Unknown(
                            name + " does not tell its history: " + e.getMessage(), false),
                    false,
                    againstSettingAside(ours, server, name, rejoin));
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
                            againstSettingAside(ours, server, name, rejoin));
            case Ancestry.Ahead _, Ancestry.UpstreamBehind _, Ancestry.OtherCluster _ ->
                    new Standing(ancestry, theirs.inRecovery());
        };
    }

    private static Standing unknown(
            Ancestry ancestry, boolean cascading, List<String> againstSettingAside) {
        return new Standing(
                ancestry,
                cascading,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                againstSettingAside);
    }

    private Standing follows(
            LocalBranch ours,
            Ancestry.Follows follows,
            ServerBranch theirs,
            ReplicationConnection server,
            String name,
            Rejoin rejoin) {
        Optional<String> missing = missingWal(state, follows, theirs, server);
        return new Standing(
                follows,
                theirs.inRecovery(),
                Optional.empty(),
                missing,
                List.of(),
                missing.isPresent() ? againstSettingAside(ours, server, name, rejoin) : List.of());
    }

    private Standing diverged(
            LocalBranch ours,
            Ancestry.Diverged diverged,
            boolean cascading,
            ReplicationConnection server,
            String name,
            Rejoin rejoin) {
        Loss loss = RelationNames.named(LossReader.read(dump, ours, diverged), server);
        return new Standing(
                diverged,
                cascading,
                Optional.of(loss),
                Optional.empty(),
                switch (rejoin) {
                    case REFUSE, RECLONE -> List.of();
                    case REWIND -> againstRewind(server, name);
                },
                againstSettingAside(ours, server, name, rejoin));
    }

    /// What the server answers when it is asked for the WAL that we need next, if it has removed
    /// it. A WAL receiver asks for whole segments.
    public static Optional<String> missingWal(
            WalState state,
            Ancestry.Follows follows,
            ServerBranch theirs,
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

    private List<String> againstRewind(ReplicationConnection server, String name) {
        List<String> against = new ArrayList<>();
        if (!state.rewindable()) {
            against.add(
                    "this cluster has neither data checksums nor wal_log_hints=on, so that pg_rewind"
                            + " cannot tell which pages changed");
        }
        RewindSource source = RewindSource.ask(server, name);
        against.addAll(source.against());
        against.addAll(placement.againstMoving());
        against.addAll(againstNewTablespaces(source, name));
        against.addAll(placement.againstGrowing(source));
        return against;
    }

    /// pg_rewind would write to their places, whatever is there.
    private List<String> againstNewTablespaces(RewindSource source, String name) {
        return source.tablespaces().stream()
                .filter(tablespace -> !placement.hasTablespace(tablespace.name()))
                .map(tablespace ->
                        name
                                + " has a tablespace in "
                                + tablespace.location()
                                + " that this node has not")
                .toList();
    }

    private List<String> againstSettingAside(
            LocalBranch ours, ReplicationConnection server, String name, Rejoin rejoin) {
        return switch (rejoin) {
            case REFUSE, REWIND -> List.of();
            case RECLONE -> {
                List<String> against =
                        placement.againstSettingAside(
                                RewindSource.ask(server, name).databaseBytes());
                yield against.isEmpty() ? againstReplay(ours) : against;
            }
        };
    }

    /// Should anybody start what was set aside, it would write to the tablespace of its successor.
    private List<String> againstReplay(LocalBranch ours) {
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
                "of its tablespaces outside, "
                        + (found.isEmpty()
                                ? "it cannot be told whether one was created since its last checkpoint"
                                : "one was created since its last checkpoint, at "
                                        + found.getFirst().begin())
                        + ": started from where it is moved to, it would write to the old place"
                        + " again");
    }
}
