package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.WalState;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What pg_controldata says of a cluster.
///
/// @param standbySettings the settings that a standby must not run with less of, in the order of
///   their names (Map.copyOf has another order in each run)
/// @param wal what it says of the write-ahead log
public record ControlData(
        String systemIdentifier,
        String state,
        int timeline,
        String checkpoint,
        String walLevel,
        Map<String, Integer> standbySettings,
        WalState wal) {

    public ControlData {
        standbySettings = Collections.unmodifiableMap(new TreeMap<>(standbySettings));
    }

    /// Of a cluster as initdb makes it.
    public ControlData(
            String systemIdentifier,
            String state,
            int timeline,
            String checkpoint,
            String walLevel,
            Map<String, Integer> standbySettings) {
        this(
                systemIdentifier,
                state,
                timeline,
                checkpoint,
                walLevel,
                standbySettings,
                WalState.at(timeline, Lsn.parse(checkpoint)));
    }

    /// Bytes of a file of the write-ahead log.
    public long walSegment() {
        return wal.segmentBytes();
    }

    /// Whether who has replayed up to there has its latest checkpoint.
    public boolean isReplayedAt(String position) {
        return Lsn.parse(position).isAfter(wal.checkpoint());
    }

    /// Whether a primary has ended by itself, with a checkpoint as its last record.
    public boolean hasEndedAsPrimary() {
        return state.equals("shut down");
    }

    public boolean inRecovery() {
        return state.equals("in archive recovery") || state.equals("shut down in recovery");
    }
}
