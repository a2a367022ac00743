package io.pgentrypoint.settings;

/// The values of `REPLICATION_ROLE`.
enum ReplicationRole {
    PRIMARY,
    REPLICA
}
