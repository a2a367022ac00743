package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A cluster of an older major version becomes one of this server's. The old one stays in its place
/// until the new one, which is built in the staging directory, is whole.
public sealed interface MajorUpgrade extends Prepare {

    /// How the files of tables come into the new cluster.
    enum Method {
        COPY("copies of all files"),
        CLONE("copies that share their blocks on disk"),
        LINK("hard links");

        private final String words;

        Method(String words) {
            this.words = words;
        }
    }

    /// Starts the old server once, without TCP, and writes down what it says: a crash is recovered
    /// from by it, too.
    ///
    /// @param programs the directory of the old programs
    record AskOldServer(Layout layout, Path programs, int major, String user)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return """
            start the server of PostgreSQL %s, without TCP, ask it what its cluster is, and stop it\
            """
                    .formatted(major);
        }

        @Override
        public List<String> details() {
            return List.of(
                    """
                    only it knows the encoding, the locale, the superuser, the size, the extensions \
                    of each database, prepared transactions and logical slots: the plan of the \
                    upgrade follows, and nothing is changed before it\
                    """);
        }
    }

    /// Opens the staging directory beside the old cluster: from here on a restart discards what is
    /// in there.
    ///
    /// @param details what was found, and what it needs
    record OpenUpgrade(Layout layout, Relocation.Upgrade upgrade, List<String> details)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return "open the staging directory %s; the cluster of PostgreSQL %s stays where it is"
                    .formatted(layout.staging().dataDirectory(), upgrade.from());
        }
    }

    /// pg_upgrade brings databases along, and none of these.
    record CarryOver(Layout layout) implements MajorUpgrade {
        @Override
        public String sentence() {
            return """
            copy the configuration files of the old cluster, and comment out settings that this \
            server does not know\
            """;
        }
    }

    record CheckUpgrade(Layout layout, Path programs, Method method, String superuser)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return "ask pg_upgrade --check whether the old cluster can be upgraded";
        }
    }

    record RunUpgrade(Layout layout, Path programs, Method method, String superuser)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return "run pg_upgrade with " + method.words;
        }
    }

    /// From here on a restart goes on with the new cluster.
    record PassNoReturn(Layout layout) implements MajorUpgrade {
        @Override
        public String sentence() {
            return "give up the old cluster: the new server is about to write into its files";
        }
    }

    /// The other way round, as long as the old cluster is whole.
    ///
    /// @param node as in [PublishUpgraded]
    record Revert(Layout layout, Upgraded done, Optional<NodeState> node) implements MajorUpgrade {
        @Override
        public String sentence() {
            return "move the cluster of PostgreSQL %s aside to %s, and put that of PostgreSQL %s back from %s, global last"
                    .formatted(
                            done.to(),
                            layout.replaced(place()),
                            done.from(),
                            layout.stateDirectory().resolve(done.aside()));
        }

        public String place() {
            return "postgresql-" + done.to();
        }

        @Override
        public List<String> details() {
            return anew(node);
        }
    }

    /// One that was killed.
    ///
    /// @param back from the newer version to the older one
    record FinishRevert(Layout layout, Relocation.Upgrade back, Optional<NodeState> node)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return "move the rest of the cluster of PostgreSQL %s aside to %s, and put that of PostgreSQL %s back, global last"
                    .formatted(
                            back.from(), layout.stateDirectory().resolve(back.aside()), back.to());
        }

        @Override
        public List<String> details() {
            return anew(node);
        }
    }

    /// The old cluster was kept for a way back, and nobody wants that any more.
    record RemoveOldCluster(Layout layout, Upgraded done) implements MajorUpgrade {
        @Override
        public String sentence() {
            return "delete the cluster of PostgreSQL %s in %s%s"
                    .formatted(
                            done.from(),
                            layout.stateDirectory().resolve(done.aside()),
                            done.kept() ? "" : ", what is left of it");
        }
    }

    /// @param done what the volume remembers of it
    /// @param node what it is then, where that was written down before: its timelines begin anew
    record PublishUpgraded(Layout layout, Upgraded done, Optional<NodeState> node)
            implements MajorUpgrade {
        @Override
        public String sentence() {
            return "move the cluster of PostgreSQL %s aside to %s, and put that of PostgreSQL %s in its place, global last"
                    .formatted(
                            done.from(), layout.stateDirectory().resolve(done.aside()), done.to());
        }

        @Override
        public List<String> details() {
            return anew(node);
        }
    }

    private static List<String> anew(Optional<NodeState> node) {
        return node.isPresent()
                ? List.of("record on the volume that its timelines begin anew")
                : List.of();
    }
}
