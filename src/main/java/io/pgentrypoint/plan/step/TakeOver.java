package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.access.DirectoryOwner;
import io.pgentrypoint.observe.access.Purpose;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Makes this process the server's user, and the volume its own. Nothing in the volume is relied
/// upon before that.
public sealed interface TakeOver extends Step {

    /// Keeps the servers of other users away until PGDATA is given.
    record HoldVolume(Layout layout, ServerUser user) implements TakeOver {
        @Override
        public String sentence() {
            return "lock %s as root while its files are given away"
                    .formatted(layout.dataDirectory());
        }
    }

    /// A directory that is not there yet, with those above it, which are root's.
    record MakeForServerUser(Path directory, Purpose purpose, int mode, ServerUser user)
            implements TakeOver {
        @Override
        public String sentence() {
            return "make %s, mode %04o, for %s".formatted(directory, mode, user);
        }
    }

    /// Another user's directory with all that is in it, file by file; the directory itself last.
    record GiveToServerUser(DirectoryOwner.Others found, Purpose purpose, int mode, ServerUser user)
            implements TakeOver {
        @Override
        public String sentence() {
            long count = found.entries().count();
            return count == 0
                    ? "give %s to %s".formatted(found.directory(), user)
                    : "give %s and what it holds (%d entries; %s) to %s"
                            .formatted(
                                    found.directory(),
                                    count,
                                    found.entries().describeOwners(),
                                    user);
        }
    }

    /// Files of root's in a directory that is the server's user's already.
    record GiveRootsFiles(DirectoryOwner.Servers found, ServerUser user) implements TakeOver {
        @Override
        public String sentence() {
            return "give %d files of root's in %s to %s"
                    .formatted(found.roots().count(), found.directory(), user);
        }
    }

    /// There is no way back.
    record StepDown(ServerUser user) implements TakeOver {
        @Override
        public String sentence() {
            return "become %s for good".formatted(user);
        }
    }

    /// @param seen owner and mode of PGDATA
    record CloseToOthers(Path directory, FileOwner seen) implements TakeOver {
        @Override
        public String sentence() {
            return "close %s to others: mode %04o becomes 0700".formatted(directory, seen.mode());
        }
    }

    /// @param timeout how long another that has it is waited for
    /// @param lockOwner that other
    record TakeVolume(Layout layout, Duration timeout, Optional<LockOwner> lockOwner)
            implements TakeOver {
        @Override
        public String sentence() {
            String sentence = "take the volume lock of %s".formatted(layout.dataDirectory());
            return lockOwner
                    .map(other ->
                            "%s, once it is free: wait at most %d s for %s"
                                    .formatted(sentence, timeout.toSeconds(), other.describe()))
                    .orElse(sentence);
        }
    }
}
