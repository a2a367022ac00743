package io.pgentrypoint.settings;

import java.time.Duration;

/// How a start deals with a volume that it cannot have, or that has no room.
///
/// @param timeout how long a lock owner may take to leave
public record VolumeUse(Duration timeout, OnDiskFull onDiskFull) {

    /// What a full disk means.
    public enum OnDiskFull {
        FAIL,
        HOLD
    }
}
