package io.pgentrypoint.observe.wal;

/// What pg_controldata says of the write-ahead log.
///
/// @param timeline of the latest checkpoint
/// @param checkpoint where its record is
/// @param redo from where replay begins
/// @param minRecoveryEnd how far a standby had replayed what is on disk; [Lsn#NONE] on a primary
/// @param minRecoveryTimeline 0 on a primary
/// @param rewindable whether pg_rewind can tell which pages changed: checksums or wal_log_hints
public record WalState(
        int timeline,
        Lsn checkpoint,
        Lsn redo,
        Lsn minRecoveryEnd,
        int minRecoveryTimeline,
        int segmentBytes,
        int pageBytes,
        boolean rewindable) {

    private static final int SEGMENT = 16 << 20;
    private static final int PAGE = 8192;

    /// Of a cluster as initdb makes it, at a shutdown checkpoint.
    public static WalState at(int timeline, Lsn checkpoint) {
        return new WalState(timeline, checkpoint, checkpoint, Lsn.NONE, 0, SEGMENT, PAGE, true);
    }

    /// XLogSegmentOffset: the position less this is where its segment begins.
    long offset(Lsn position) {
        return Long.remainderUnsigned(position.value(), segmentBytes);
    }

    /// XLByteToSeg
    long segment(Lsn position) {
        return Long.divideUnsigned(position.value(), segmentBytes);
    }

    /// Where that segment begins: from there a WAL receiver asks.
    public Lsn segmentBegin(Lsn position) {
        return new Lsn(position.value() - offset(position));
    }
}
