package io.pgentrypoint.plan;

import io.pgentrypoint.observe.Journal;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Credentials;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One effect. [PlanText] says it, the executor does it; neither decides anything.
public sealed interface Step {

    /// Throws away what an unfinished first boot of ours has built.
    record DiscardUnfinished(Layout layout, Journal journal) implements Step {}

    /// Opens the staging place: from here on until [Publish] the journal says "building".
    record OpenStaging(Layout layout, Optional<Path> walDirectory) implements Step {}

    record InitializeDatabase(
            Layout staging,
            String superuser,
            Optional<Secret> password,
            List<String> arguments,
            Optional<Path> walDirectory)
            implements Step {
        public InitializeDatabase {
            arguments = List.copyOf(arguments);
        }
    }

    record WriteSettings(Layout layout, String text) implements Step {}

    record IncludeSettings(Layout layout) implements Step {}

    record WriteHbaBlock(Layout layout, String block) implements Step {}

    /// The rule for clients of a new cluster.
    record AppendHostRule(Layout layout, String rule) implements Step {}

    /// Removes our settings file, include line and HBA block from a cluster that needs none.
    record TakeBackFiles(Layout layout) implements Step {}

    record WritePassFile(Layout layout, Secret text) implements Step {}

    /// Settings of postgresql.auto.conf that would override ours.
    record RemoveAutoSettings(Layout layout, Set<String> names) implements Step {
        public RemoveAutoSettings {
            names = Set.copyOf(names);
        }
    }

    record MarkStandby(Layout layout) implements Step {}

    /// The server's own parser reads every setting before the server is started.
    record CheckServerSettings(Layout layout, List<String> arguments) implements Step {
        public CheckServerSettings {
            arguments = List.copyOf(arguments);
        }
    }

    /// A server that only this process can reach: no TCP, a socket in a private directory.
    record StartBootstrapServer(Layout staging, List<String> arguments, String superuser)
            implements Step {
        public StartBootstrapServer {
            arguments = List.copyOf(arguments);
        }
    }

    record CreateDatabase(String name) implements Step {}

    /// On the bootstrap server, or on the running one.
    record EnsureReplicationRole(Credentials role) implements Step {}

    record StopBootstrapServer(Layout staging) implements Step {}

    /// Moves staging into its place, `global` last, and ends the journal.
    record Publish(Layout layout) implements Step {}

    record AwaitPrimary(Mode.NativeReplica replica, int ownPort) implements Step {}

    record CreateSlot(Mode.NativeReplica replica, String name) implements Step {}

    record CloneFromPrimary(
            Mode.NativeReplica replica,
            Layout layout,
            String conninfo,
            String systemIdentifier,
            Optional<Path> walDirectory)
            implements Step {}

    /// Configuration files as initdb makes them, where the data directory has none.
    ///
    /// @param hostRule for clients, at the end of a new pg_hba.conf
    record AddConfigurationFiles(Layout layout, Set<String> names, String hostRule)
            implements Step {
        public AddConfigurationFiles {
            names = Set.copyOf(names);
        }
    }

    /// Until the store of a Patroni cluster's state can be used.
    record AwaitDcs(DcsAddress dcs, Duration patience) implements Step {}

    /// Our state directory, from a data directory that somebody else is to fill.
    record RemoveStateDirectory(Layout layout) implements Step {}

    /// Patroni's configuration, and nothing else, in a directory of its own.
    ///
    /// @param files by name
    /// @param guarded whether they keep this member from leading
    record WritePatroniFiles(Path directory, SortedMap<String, Secret> files, boolean guarded)
            implements Step {
        public WritePatroniFiles {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        }
    }

    /// Patroni's own validation, before it is started.
    record CheckPatroni(Path program, Path directory) implements Step {}

    /// Gives postgresql.conf back to the user and removes what Patroni keeps beside it.
    record LeavePatroni(Layout layout) implements Step {}

    /// On the running server: physical slots that no member uses any more.
    record DropMemberSlots() implements Step {}
}
