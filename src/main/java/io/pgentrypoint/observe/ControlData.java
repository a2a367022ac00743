package io.pgentrypoint.observe;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What pg_controldata says of a cluster.
///
/// @param walSegment bytes of a file of the write-ahead log
/// @param standbySettings the settings that a standby must not run with less of, in the order of
///   their names (Map.copyOf has another order in each run)
public record ControlData(
        String systemIdentifier,
        String state,
        int timeline,
        String checkpoint,
        String walLevel,
        Map<String, Integer> standbySettings,
        long walSegment) {

    private static final long DEFAULT_WAL_SEGMENT = 16L << 20;

    public ControlData {
        standbySettings = Collections.unmodifiableMap(new TreeMap<>(standbySettings));
    }

    /// Of a cluster with WAL segments of the usual size.
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
                DEFAULT_WAL_SEGMENT);
    }

    public boolean inRecovery() {
        return state.equals("in archive recovery") || state.equals("shut down in recovery");
    }
}
