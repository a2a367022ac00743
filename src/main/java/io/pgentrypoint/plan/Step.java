package io.pgentrypoint.plan;

import io.pgentrypoint.observe.Journal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.scripts.ScriptDirectory;
import io.pgentrypoint.settings.Credentials;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /// Moves staging into its place, where scripts expect it, with the journal still open: a start
    /// that finds it so begins anew.
    record PutInPlace(Layout layout) implements Step {}

    /// A server without TCP, on a private socket, for the user's scripts.
    ///
    /// @param newCluster nothing in it is worth a sync yet
    /// @param ownRules its own rules for who may log in, instead of pg_hba.conf
    /// @param sockets where it listens besides, because scripts look for it there
    record StartServerForScripts(
            Layout layout,
            List<String> arguments,
            boolean newCluster,
            boolean ownRules,
            List<Path> sockets)
            implements Step {
        public StartServerForScripts {
            arguments = List.copyOf(arguments);
            sockets = List.copyOf(sockets);
        }
    }

    record RunScripts(ScriptDirectory directory) implements Step {}

    /// Syncs the cluster and ends the journal.
    record FinishFirstBoot(Layout layout) implements Step {}

    /// Whether the cluster knows the superuser by the environment's password.
    ///
    /// @param apply sets it where it does not
    record CheckSuperuserPassword(String user, Secret password, boolean apply) implements Step {}
}
