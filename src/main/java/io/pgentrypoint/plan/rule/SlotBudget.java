package io.pgentrypoint.plan.rule;

import io.pgentrypoint.config.WalBudget;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.report.Measures;
import java.util.Optional;

/// What slots may keep, from the size of the file system of pg_wal. Its size, never what is free:
/// the same volume gives the same setting at each start.
///
/// A quarter where WAL and data share a file system: a replica may then be away while that much is
/// written, and three quarters stay for the data, which an operator sees growing. Half where WAL
/// has its own: the other half is for max_wal_size and for what a checkpoint has not recycled yet.
public final class SlotBudget {

    private static final int SHARED_PART = 4;
    private static final int OWN_PART = 2;
    private static final int MEGABYTE = 20;

    private SlotBudget() {}

    public static Optional<WalBudget> of(Volume volume) {
        return volume.wal()
                .map(space -> budget(space, OWN_PART, "half of ", "of pg_wal"))
                .or(() ->
                        volume.data()
                                .map(space ->
                                        budget(space, SHARED_PART, "a quarter of ", "of PGDATA")))
                .filter(budget -> budget.megabytes() > 0);
    }

    private static WalBudget budget(Space space, int part, String share, String whose) {
        long bytes = space.total() / part;
        long megabytes = bytes >> MEGABYTE;
        return new WalBudget(
                megabytes - megabytes % step(megabytes),
                share + Measures.bytes(space.total()) + ", the file system " + whose);
    }

    /// Coarse: on some file systems the total moves a little with what others write.
    private static long step(long megabytes) {
        return megabytes >= 4096 ? 1024 : megabytes >= 256 ? 64 : 1;
    }
}
