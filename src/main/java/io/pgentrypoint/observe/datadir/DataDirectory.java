package io.pgentrypoint.observe.datadir;

import java.util.List;
import java.util.Optional;

/// The verdict on PGDATA. It is a cluster only when `global/pg_control` reads well: `PG_VERSION` is
/// the first file initdb writes and `standby.signal` the last of a base backup, so neither proves
/// anything.
public sealed interface DataDirectory {

    record Missing() implements DataDirectory {}

    /// Nothing in it but what a file system makes by itself.
    record Empty() implements DataDirectory {}

    /// Our own first boot did not end. The journal proves that what it names was made by us.
    record Interrupted(Journal journal) implements DataDirectory {}

    /// @param labelled whether it is a base backup that was never started, by its backup_label, and
    ///   would go on on the timeline of the server that it was taken from
    record Cluster(ControlData control, Role role, ManagedFiles files, boolean labelled)
            implements DataDirectory {

        /// Of one that has run.
        public Cluster(ControlData control, Role role, ManagedFiles files) {
            this(control, role, files, false);
        }
    }

    /// A cluster of another major version.
    ///
    /// @param old what its own programs say of it, where this image has them
    record OtherMajor(int found, Optional<OldCluster> old) implements DataDirectory {

        /// Of which nothing can be read here.
        public OtherMajor(int found) {
            this(found, Optional.empty());
        }
    }

    /// Not empty and not a cluster.
    record Foreign(List<String> entries) implements DataDirectory {
        public Foreign {
            entries = List.copyOf(entries);
        }
    }

    /// It was a cluster, or was to become one, and cannot be read as one.
    record Damaged(String why) implements DataDirectory {}

    /// What a start of this cluster would be.
    enum Role {
        PRIMARY,
        STANDBY,
        /// pg_control says "in recovery", but standby.signal is gone: a start would open it
        /// read-write on its primary's own timeline.
        STANDBY_WITHOUT_SIGNAL
    }
}
