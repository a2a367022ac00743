package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A new cluster, from an empty data directory to one that a server runs on, and what clears the
/// way.
public sealed interface Build extends Prepare {

    /// Throws away what an unfinished first boot of ours has built.
    record DiscardUnfinished(Layout layout, Journal journal) implements Build {
        @Override
        public String sentence() {
            boolean inPlace = journal.relocation().proof().isPresent();
            return "discard what it built in %s%s"
                    .formatted(
                            inPlace ? layout.dataDirectory() : layout.staging().dataDirectory(),
                            journal.relocation().external().stream()
                                    .map(each -> inPlace ? each.place() : each.beside())
                                    .map(" and %s"::formatted)
                                    .collect(Collectors.joining()));
        }
    }

    /// Opens the staging directory: from here on until [Publish] a restart discards what is there.
    ///
    /// @param tablespaces places outside of it that a clone fills
    record OpenStaging(Layout layout, Optional<Path> walDirectory, List<Path> tablespaces)
            implements Build {
        public OpenStaging {
            tablespaces = List.copyOf(tablespaces);
        }

        @Override
        public String sentence() {
            return "open the staging directory %s%s%s"
                    .formatted(
                            layout.staging().dataDirectory(),
                            walDirectory.map(" and %s"::formatted).orElse(""),
                            tablespaces.isEmpty()
                                    ? ""
                                    : " and one for each tablespace in %s"
                                            .formatted(
                                                    tablespaces.stream()
                                                            .map(Path::toString)
                                                            .collect(Collectors.joining(", "))));
        }
    }

    /// @param locked the superuser gets a password that only this start knows, until
    ///   [SetSuperuserPassword] replaces it; otherwise it gets none
    record InitializeDatabase(
            Layout staging,
            String superuser,
            boolean locked,
            List<String> arguments,
            Optional<Path> walDirectory)
            implements Build {
        public InitializeDatabase {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return "initdb with superuser %s%s%s%s"
                    .formatted(
                            superuser,
                            locked ? "" : ", without a password",
                            arguments.isEmpty() ? "" : ", " + String.join(" ", arguments),
                            walDirectory.map(", WAL in %s"::formatted).orElse(""));
        }
    }

    /// Configuration files as initdb makes them, where the data directory has none.
    ///
    /// @param hostRule for clients, at the end of a new pg_hba.conf
    record AddConfigurationFiles(Layout layout, Set<String> names, String hostRule)
            implements Build {
        public AddConfigurationFiles {
            names = Set.copyOf(names);
        }

        @Override
        public String sentence() {
            return "add %s as initdb makes them".formatted(String.join(", ", new TreeSet<>(names)));
        }
    }

    /// Directories of a cluster that a copy has left out, being empty.
    record MakeDirectories(Layout layout, List<String> names) implements Build {
        public MakeDirectories {
            names = List.copyOf(names);
        }

        @Override
        public String sentence() {
            return "make in %s the empty directories %s"
                    .formatted(layout.dataDirectory(), String.join(", ", names));
        }
    }

    /// The rule for clients of a new cluster.
    record AppendHostRule(Layout layout, String rule) implements Build {
        @Override
        public String sentence() {
            return "append to pg_hba.conf: " + rule.lines().reduce("", (_, last) -> last);
        }
    }

    /// Moves staging into its place, `global` last, and ends the journal.
    ///
    /// @param synced to disk before it moves
    record Publish(Layout layout, boolean synced) implements Build {
        @Override
        public String sentence() {
            return "publish the staged cluster in %s, global last%s"
                    .formatted(layout.dataDirectory(), synced ? "" : ", without a sync");
        }
    }

    /// Moves staging into its place, where scripts expect it, with the journal still open: a start
    /// that finds it so begins anew.
    record PutInPlace(Layout layout) implements Build {
        @Override
        public String sentence() {
            return "put the staged cluster in its place, %s, still unfinished"
                    .formatted(layout.dataDirectory());
        }
    }

    /// Ends the journal.
    ///
    /// @param synced to disk before
    record FinishFirstBoot(Layout layout, boolean synced) implements Build {
        @Override
        public String sentence() {
            return "finish the first boot" + (synced ? "" : ", without a sync");
        }
    }

    /// Our state directory, from a data directory that somebody else is to fill.
    record RemoveStateDirectory(Layout layout) implements Build {
        @Override
        public String sentence() {
            return "remove " + layout.stateDirectory();
        }
    }

    /// A postmaster.pid whose server does not run.
    record RemoveStalePid(Layout layout) implements Build {
        @Override
        public String sentence() {
            return "remove postmaster.pid";
        }
    }

    /// Waits until each place has that many bytes free; nothing else is done meanwhile.
    record AwaitFreeSpace(Layout layout, List<SpaceRequirement> needed) implements Build {
        public AwaitFreeSpace {
            needed = List.copyOf(needed);
        }

        @Override
        public String sentence() {
            return "hold, without a server, until there is room in %s"
                    .formatted(
                            needed.stream()
                                    .map(requirement -> requirement.space().directory().toString())
                                    .collect(Collectors.joining(" and in ")));
        }
    }
}
