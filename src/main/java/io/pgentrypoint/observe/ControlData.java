package io.pgentrypoint.observe;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What pg_controldata says of a cluster.
///
/// @param standbySettings the settings that a standby must not run with less of, in the order of
///   their names (Map.copyOf has another order in each run)
public record ControlData(
        String systemIdentifier,
        String state,
        int timeline,
        String checkpoint,
        String walLevel,
        Map<String, Integer> standbySettings) {

    public ControlData {
        standbySettings = Collections.unmodifiableMap(new TreeMap<>(standbySettings));
    }

    public boolean inRecovery() {
        return state.equals("in archive recovery") || state.equals("shut down in recovery");
    }
}
