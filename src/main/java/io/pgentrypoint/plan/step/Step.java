package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One effect. [PlanText] says it, the executor does it; neither decides anything.
public sealed interface Step {

    /// Throws away what an unfinished first boot of ours has built.
    record DiscardUnfinished(Layout layout, Journal journal) implements Step {}

    /// Opens the staging place: from here on until [Publish] the journal says "building".
    ///
    /// @param tablespaces places outside of it that a clone fills
    record OpenStaging(Layout layout, Optional<Path> walDirectory, List<Path> tablespaces)
            implements Step {
        public OpenStaging {
            tablespaces = List.copyOf(tablespaces);
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

    /// The same on a database that stays: what it writes is as safe as ever.
    record StartPrivateServer(Layout layout, List<String> arguments) implements Step {
        public StartPrivateServer {
            arguments = List.copyOf(arguments);
        }
    }

    /// On the bootstrap server of a new cluster: initdb never sees the password.
    ///
    /// @param scram as a SCRAM verifier even where password_encryption is md5
    record SetSuperuserPassword(String user, Secret password, boolean scram) implements Step {}

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

    /// Directories of a cluster that a copy has left out, being empty.
    record MakeDirectories(Layout layout, List<String> names) implements Step {
        public MakeDirectories {
            names = List.copyOf(names);
        }
    }

    /// What the volume remembers of itself.
    record RecordNodeState(Layout layout, NodeState node) implements Step {}

    /// A server on the data directory that only this process can reach replays what is there, is
    /// promoted, makes a checkpoint and is stopped. Where that happened before, it is verified.
    ///
    /// @param timeline the one to be left
    /// @param minimums what the cluster's standby must not run with less of
    /// @param copy whether the node that it follows may go on: its logical subscriptions are
    ///   disabled, since those rows reach one of the two only
    record PromoteStandby(
            Layout layout,
            int timeline,
            Map<String, Integer> minimums,
            List<String> arguments,
            String superuser,
            boolean copy)
            implements Step {
        public PromoteStandby {
            minimums = Map.copyOf(minimums);
            arguments = List.copyOf(arguments);
        }
    }

    /// That the running server has replayed up to that position.
    record AwaitReplay(String position, Duration timeout) implements Step {}

    /// The running server, which serves meanwhile.
    record PromoteRunning(Layout layout, int timeline, Duration timeout) implements Step {}

    /// That the promotion ended, and how.
    record RecordPromotion(Layout layout, NodeState before, NodeState.Role role) implements Step {}

    /// Until then the primary's control file names its old timeline, and pg_rewind believes it.
    record AwaitCheckpoint(Mode.NativeReplica replica) implements Step {}

    /// Moves the cluster into staging, `global` first, so that nothing takes the data directory for
    /// one; a start that finds it half done takes it back.
    record MoveToStaging(Layout layout) implements Step {}

    /// Rewinds the cluster in staging, and makes a standby of it. Until it has ended well nothing
    /// may start it; from then on nothing throws it away.
    ///
    /// @param conninfo of the primary's database postgres
    record Rewind(
            Mode.NativeReplica replica, Layout layout, String conninfo, String systemIdentifier)
            implements Step {}

    /// As [Publish], for a cluster that was there before.
    record PublishRewound(Layout layout) implements Step {}

    /// Moves the cluster into the state directory and leaves the data directory empty.
    ///
    /// @param place what tells it from others there; the executor numbers it when it is taken
    record MoveAside(Layout layout, String place) implements Step {}

    /// The same for what a killed rewind has left in staging.
    record MoveUnfinishedAside(Layout layout, String place) implements Step {}

    /// Takes back what was being moved away.
    record PutBack(Layout layout) implements Step {}

    /// A postmaster.pid whose server does not run.
    record RemoveStalePid(Layout layout) implements Step {}

    /// Waits until each place has that many bytes free; nothing else is done meanwhile.
    record AwaitFreeSpace(Layout layout, List<SpaceRequirement> needed) implements Step {
        public AwaitFreeSpace {
            needed = List.copyOf(needed);
        }
    }

    /// On the running server: waits until so many of them stream, and lets commits wait for them
    /// from then on.
    ///
    /// @param text of our settings file that says so to the server
    record RequireSynchronousStandbys(Layout layout, SynchronousStandbys standbys, String text)
            implements Step {}

    /// Asks the running server which collations are not the ones its indexes were built with.
    record CompareCollations(Layout layout) implements Step {}

    /// Moves staging into its place, where scripts expect it, with the journal still open: a start
    /// that finds it so begins anew.
    record PutInPlace(Layout layout) implements Step {}

    /// A server without TCP, on its usual sockets, for the user's scripts.
    ///
    /// @param newCluster nothing in it is worth a sync yet
    /// @param ownRules its own rules for who may log in, instead of pg_hba.conf
    record StartServerForScripts(
            Layout layout, List<String> arguments, boolean newCluster, boolean ownRules)
            implements Step {
        public StartServerForScripts {
            arguments = List.copyOf(arguments);
        }
    }

    record RunScripts(ScriptDirectory directory) implements Step {}

    /// Syncs the cluster and ends the journal.
    record FinishFirstBoot(Layout layout) implements Step {}

    /// Whether the cluster knows the superuser by the environment's password.
    ///
    /// @param apply sets it where it does not
    record CheckSuperuserPassword(String user, Secret password, boolean apply) implements Step {}

    /// Until the store of a Patroni cluster's state can be used.
    record AwaitDcs(DcsAddress dcs, Duration timeout) implements Step {}

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

    /// In the bootstrap server, so that the user's scripts can distribute tables.
    ///
    /// @param login kept in it for logins to the other nodes; a running server does that itself
    record CreateCitus(String database, Optional<Credentials> login) implements Step {}

    /// On the running server: where the extension is gone from the database, the volume is no Citus
    /// node's any more.
    ///
    /// @param node the text of the node record that is written then
    record LeaveCitus(Layout layout, String node, String database) implements Step {}

    /// On the running server: the extension, the password for the other nodes, and this node's
    /// place among them.
    record JoinCitus(Citus citus, Login login, int port) implements Step {

        /// Of the superuser, on each node.
        public record Login(String user, Optional<Secret> password) {}
    }
}
