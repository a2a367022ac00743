package io.pgentrypoint.settings;

import java.time.Duration;

/// How a start deals with a volume that it cannot have, or that has no room.
///
/// @param patience how long a holder may take to leave
public record VolumeUse(Duration patience, OnDiskFull onDiskFull) {

    /// What a full disk means.
    public enum OnDiskFull {
        FAIL,
        HOLD
    }
}
