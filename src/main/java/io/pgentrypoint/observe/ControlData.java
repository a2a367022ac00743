package io.pgentrypoint.observe;

import java.util.Map;

/// What pg_controldata says of a cluster.
///
/// @param standbySettings the settings that a standby must not run with less of, by name
public record ControlData(
        String systemIdentifier,
        String state,
        int timeline,
        String checkpoint,
        Map<String, Integer> standbySettings) {

    public ControlData {
        standbySettings = Map.copyOf(standbySettings);
    }

    public boolean inRecovery() {
        return state.equals("in archive recovery") || state.equals("shut down in recovery");
    }
}
