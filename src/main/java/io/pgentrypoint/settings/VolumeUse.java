package io.pgentrypoint.settings;

import java.time.Duration;
import java.util.Optional;

/// How a start deals with a volume that it cannot have, that has no room, or that an older
/// PostgreSQL has written.
///
/// @param timeout how long a lock owner may take to leave
/// @param keepOld how long the cluster is kept that an upgrade has moved aside; absent is for ever
public record VolumeUse(
        Duration timeout,
        OnDiskFull onDiskFull,
        OnOldMajor onOldMajor,
        Optional<Duration> keepOld) {

    /// What a full disk means.
    public enum OnDiskFull {
        FAIL,
        HOLD
    }

    /// What becomes of a cluster of an older major version.
    public enum OnOldMajor {
        REFUSE,
        /// Its files are copied: it stays whole.
        COPY,
        /// The new cluster shares its files with hard links: once a new server has run on them, the
        /// old cluster is none any more.
        LINK
    }
}
