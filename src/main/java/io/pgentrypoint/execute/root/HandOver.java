package io.pgentrypoint.execute.root;

import io.pgentrypoint.observe.access.Content;
import io.pgentrypoint.observe.access.DirectoryOwnerReader;
import io.pgentrypoint.observe.access.Entries;
import io.pgentrypoint.observe.access.OwnershipTree;
import io.pgentrypoint.observe.access.PathWalk;
import io.pgentrypoint.observe.access.Purpose;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.report.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes directories and gives them away, as root. The plan was made from names, and somebody may
/// have exchanged what they mean: each directory is opened once more and asked the same question,
/// and what was opened is what is given. The top of each stands for all below it and is given last:
/// one that was killed meanwhile is done again.
public final class HandOver implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final int PRIVATE = 0700;
    private static final int PASSABLE = 0755;
    private static final int DEEPEST = 1000;

    private @Nullable Held held;

    /// PGDATA and the lock of its volume.
    private record Held(Path path, OpenFile directory, Closeable lock) implements Closeable {
        @Override
        public void close() throws IOException {
            try (directory) {
                lock.close();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /// @param lock keeps the servers of other users away from a directory, until it is closed
    public void hold(TakeOver.HoldVolume step, Function<OpenFile, Closeable> lock) {
        Path path = step.layout().dataDirectory();
        handOver(
                path,
                step.user(),
                () -> {
                    OpenFile directory = opened(path);
                    try {
                        require(directory, new Purpose.Data(), step.user());
                        held = new Held(path, directory, lock.apply(directory));
                    } catch (IOException | RuntimeException | Error e) {
                        directory.close();
                        throw e;
                    }
                });
    }

    /// With the directories above it, which stay root's.
    public void make(TakeOver.MakeForServerUser step) {
        handOver(
                step.directory(),
                step.user(),
                () -> {
                    make(step.directory());
                    try (OpenFile made = opened(step.directory())) {
                        // Somebody may have been faster.
                        if (made.status().uid() != step.user().uid()) {
                            give(made, step.purpose(), step.mode(), step.user());
                        }
                    }
                });
    }

    public void give(TakeOver.GiveToServerUser step) {
        Path path = step.found().directory();
        handOver(
                path,
                step.user(),
                () -> {
                    if (held != null && held.path().equals(path)) {
                        give(held.directory(), step.purpose(), step.mode(), step.user());
                        close();
                    } else {
                        try (OpenFile directory = opened(path)) {
                            give(directory, step.purpose(), step.mode(), step.user());
                        }
                    }
                });
    }

    public void give(TakeOver.GiveRootsFiles step) {
        Path path = step.found().directory();
        ServerUser user = step.user();
        handOver(
                path,
                user,
                () -> {
                    try (OpenFile directory = opened(path)) {
                        Entries given = OwnershipTree.rootsBelow(directory, user, taker(user));
                        LOG.info(
                                "Giving {} files of root's in {} to user {}: a restore has left them so",
                                given.count(),
                                directory,
                                user.name());
                    }
                });
    }

    private static void give(OpenFile directory, Purpose purpose, int mode, ServerUser user)
            throws IOException {
        require(directory, purpose, user);
        boolean[] empty = {true};
        directory.each(_ -> empty[0] = false);
        if (!empty[0]) {
            LOG.info("Giving {} and what it holds to user {}", directory, user.name());
        }
        directory.mode(mode);
        Entries given = OwnershipTree.below(directory, user, taker(user));
        if (given.kept() > 0) {
            throw TakeOverRefusals.kept(directory.path(), given, user);
        }
        boolean _ = directory.give(user.uid(), user.gid());
    }

    private static OwnershipTree.Taker taker(ServerUser user) {
        return entry -> entry.give(user.uid(), user.gid());
    }

    /// What the plan relies on still holds.
    private static void require(OpenFile directory, Purpose purpose, ServerUser user)
            throws IOException {
        Content content = DirectoryOwnerReader.content(directory, purpose, user);
        if (!content.mayBeGiven()) {
            throw TakeOverRefusals.cannotHandOver(
                    directory.path(), user, "what it holds has changed since it was looked at");
        }
    }

    /// @throws Refusal also where a link has come into the path
    private static OpenFile opened(Path path) throws IOException {
        PathWalk way = PathWalk.to(path);
        if (way instanceof PathWalk.Found(OpenFile file)) {
            FileStatus status = file.status();
            if (status.isDirectory()) {
                return file;
            }
        }
        way.close();
        throw new FileSystemException(path.toString(), null, "it is no directory any more");
    }

    private static void make(Path path) throws IOException {
        boolean done = false;
        for (int round = 0; round < DEEPEST && !done; round++) {
            try (PathWalk way = PathWalk.to(path)) {
                if (way instanceof PathWalk.Missing missing) {
                    done = missing.last();
                    missing.above().makeDirectory(missing.name(), done ? PRIVATE : PASSABLE);
                } else {
                    done = true;
                }
            }
        }
    }

    private static void handOver(Path directory, ServerUser user, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw TakeOverRefusals.cannotHandOver(directory, user, e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        Optional<Held> last = Optional.ofNullable(held);
        held = null;
        if (last.isPresent()) {
            last.get().close();
        }
    }
}
