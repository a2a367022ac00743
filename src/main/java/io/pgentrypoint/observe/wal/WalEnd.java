package io.pgentrypoint.observe.wal;

/// Where the write-ahead log of a data directory ends.
public sealed interface WalEnd {

    /// Behind the last whole record.
    record At(Lsn position) implements WalEnd {}

    /// It cannot be told, and nobody may guess.
    record Unknown(String why) implements WalEnd {}
}
