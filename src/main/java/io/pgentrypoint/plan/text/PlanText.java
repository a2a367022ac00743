package io.pgentrypoint.plan.text;

import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.SpaceRequirement;
import io.pgentrypoint.plan.step.Step;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Citus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A plan as text: what `plan` prints, what each start logs, and what the golden tests compare. No
/// secret can be in it, since no step's text takes one.
public final class PlanText {

    private PlanText() {}

    public static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("mode: " + plan.mode());
        lines.add("found: " + plan.found());
        for (String warning : plan.warnings()) {
            lines.add("warning: " + warning);
        }
        if (plan.beforeLaunch().isEmpty()) {
            lines.add("before the server starts: nothing, everything is as it should be");
        } else {
            lines.add("before the server starts:");
            lines.addAll(numbered(plan.beforeLaunch()));
        }
        switch (plan.next()) {
            case NextAction.Replan(String because) -> lines.add("then: look again, " + because);
            case NextAction.Launch(List<String> argv) -> lines.add("then: " + command(argv));
            case NextAction.Refuse(var refusal) -> {
                lines.add("then: refused with " + refusal.exitCode() + ": " + refusal.reason());
                lines.add("  " + refusal.remedy());
            }
        }
        if (!plan.onceReady().isEmpty()) {
            lines.add("once it is ready:");
            lines.addAll(numbered(plan.onceReady()));
        }
        lines.replaceAll(PlanText::oneLine);
        return lines;
    }

    /// A value of several lines must not look like a line of the plan.
    private static String oneLine(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r");
    }

    private static List<String> numbered(List<Planned> steps) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Planned planned = steps.get(i);
            lines.add(
                    String.format(
                            "%4d. %s – %s", i + 1, describe(planned.step()), planned.because()));
            if (planned.step() instanceof Step.RunScripts(ScriptDirectory directory)) {
                directory.scripts().forEach(script -> lines.add("      " + verdict(script)));
            }
        }
        return lines;
    }

    /// One step as a sentence. Files are named without their directory: the staging place and the
    /// data directory are named where the plan opens the one and publishes to the other.
    public static String describe(Step step) {
        return switch (step) {
            case Step.DiscardUnfinished(Layout layout, var journal) ->
                    "discard what it built in "
                            + switch (journal.phase()) {
                                case BUILDING, PUBLISHING, WITHDRAWING, REWINDING, REWOUND ->
                                        layout.staging().dataDirectory()
                                                + outside(journal, Journal.Outside::beside);
                                case RUNNING_SCRIPTS, DISCARDING ->
                                        layout.dataDirectory()
                                                + outside(journal, Journal.Outside::place);
                            };
            case Step.OpenStaging(Layout layout, var wal, var tablespaces) ->
                    "open the staging place "
                            + layout.staging().dataDirectory()
                            + wal.map(directory -> " and " + directory).orElse("")
                            + (tablespaces.isEmpty()
                                    ? ""
                                    : " and one for each tablespace in "
                                            + tablespaces.stream()
                                                    .map(Path::toString)
                                                    .collect(Collectors.joining(", ")));
            case Step.InitializeDatabase initialize -> initialize(initialize);
            case Step.WriteSettings(_, var text) ->
                    "write " + Layout.SETTINGS_FILE + " (" + settings(text) + ")";
            case Step.IncludeSettings _ ->
                    "include " + Layout.SETTINGS_FILE + " at the end of postgresql.conf";
            case Step.WriteHbaBlock(_, var block) ->
                    "write our block of pg_hba.conf (" + rules(block) + ")";
            case Step.AppendHostRule(_, var rule) ->
                    "append to pg_hba.conf: " + rule.lines().reduce("", (_, last) -> last);
            case Step.TakeBackFiles _ ->
                    "take our settings, include line and HBA block out of the user's files";
            case Step.WritePassFile(Layout layout, _) ->
                    "write the password file " + layout.passFile() + ", mode 0600";
            case Step.RemoveAutoSettings(_, var names) ->
                    "remove from postgresql.auto.conf, where set: "
                            + String.join(", ", new TreeSet<>(names));
            case Step.MarkStandby _ -> "create standby.signal";
            case Step.CheckServerSettings _ -> "check the settings with postgres -C";
            case Step.StartBootstrapServer _, Step.StartPrivateServer _ ->
                    "start a bootstrap server, without TCP, on a private socket";
            case Step.SetSuperuserPassword(var user, _, _) ->
                    "set the password of superuser " + user;
            case Step.CreateDatabase(String name) -> "create database " + name;
            case Step.EnsureReplicationRole(var role) ->
                    "make sure of role "
                            + role.user()
                            + " with LOGIN, REPLICATION and the password of the environment";
            case Step.StopBootstrapServer _ -> "stop the bootstrap server";
            case Step.Publish(Layout layout) ->
                    "publish the staged cluster in " + layout.dataDirectory() + ", global last";
            case Step.AwaitPrimary(var replica, _) ->
                    "wait for the primary "
                            + replica.primary()
                            + ", at most "
                            + replica.timeout().toSeconds()
                            + " s";
            case Step.CreateSlot(var replica, String name) ->
                    "make sure of the replication slot " + name + " on " + replica.primary();
            case Step.CloneFromPrimary clone ->
                    "clone "
                            + clone.replica().primary()
                            + " with pg_basebackup"
                            + walDirectory(clone.walDirectory());
            case Step.AddConfigurationFiles(_, var names, _) ->
                    "add " + String.join(", ", new TreeSet<>(names)) + " as initdb makes them";
            case Step.MakeDirectories(var layout, var names) ->
                    "make in %s the empty directories %s"
                            .formatted(layout.dataDirectory(), String.join(", ", names));
            case Step.RecordNodeState(_, var node) -> "write down on the volume: " + node(node);
            case Step.PromoteStandby promote ->
                    "replay what is there with a server without TCP, promote it from timeline "
                            + promote.timeline()
                            + " to a new one, verify that, "
                            + (promote.copy() ? "disable its logical subscriptions, " : "")
                            + "and stop it";
            case Step.AwaitReplay(var position, var timeout) ->
                    "wait until "
                            + position
                            + " is replayed, at most "
                            + timeout.toSeconds()
                            + " s";
            case Step.PromoteRunning(_, var timeline, _) ->
                    "promote the server from timeline "
                            + timeline
                            + " to a new one, and verify that";
            case Step.RecordPromotion _ -> "write down on the volume that it was promoted";
            case Step.AwaitCheckpoint(var replica) ->
                    "make sure that "
                            + replica.primary()
                            + " has made a checkpoint on its timeline, at most "
                            + replica.timeout().toSeconds()
                            + " s";
            case Step.MoveToStaging(Layout layout) ->
                    "move the cluster to " + layout.staging().dataDirectory() + ", global first";
            case Step.Rewind(var replica, _, _, _) ->
                    "rewind it to "
                            + replica.primary()
                            + " with pg_rewind, look at its history again, and create standby.signal";
            case Step.PublishRewound(Layout layout) ->
                    "put the rewound cluster back into " + layout.dataDirectory() + ", global last";
            case Step.MoveAside(Layout layout, String place) ->
                    "move the cluster aside to " + layout.replaced(place) + ", global first";
            case Step.MoveUnfinishedAside(Layout layout, String place) ->
                    "move what is left of it from "
                            + layout.staging().dataDirectory()
                            + " to "
                            + layout.replaced(place);
            case Step.PutBack(Layout layout) ->
                    "put the cluster back into " + layout.dataDirectory() + ", global last";
            case Step.RemoveStalePid _ -> "remove postmaster.pid";
            case Step.AwaitFreeSpace(_, var needed) -> hold(needed);
            case Step.RequireSynchronousStandbys(_, var standbys, _) ->
                    "let commits wait for " + standbys.text() + ", once so many stream";
            case Step.CompareCollations _ ->
                    "compare the collations of all databases with those of this image";
            case Step.PutInPlace(Layout layout) ->
                    "put the staged cluster in its place, "
                            + layout.dataDirectory()
                            + ", still unfinished";
            case Step.StartServerForScripts _ ->
                    "start a bootstrap server, without TCP, on its usual Unix socket";
            case Step.RunScripts(var directory) ->
                    "run "
                            + directory.scripts().stream()
                                    .filter(script -> script.use() != Script.Use.IGNORE)
                                    .count()
                            + " of "
                            + directory.scripts().size()
                            + " files of "
                            + directory.path();
            case Step.FinishFirstBoot _ -> "finish the first boot";
            case Step.CheckSuperuserPassword(var user, _, var apply) ->
                    (apply ? "make sure that the password of " : "compare the password of ")
                            + user
                            + (apply ? " is the environment's" : " with the environment's");
            case Step.AwaitDcs(var dcs, var timeout) ->
                    "wait for " + dcs.title() + ", at most " + timeout.toSeconds() + " s";
            case Step.RemoveStateDirectory(Layout layout) -> "remove " + layout.stateDirectory();
            case Step.WritePatroniFiles(Path directory, var files, boolean guarded) ->
                    "write Patroni's configuration in "
                            + directory
                            + ", mode 0600: "
                            + String.join(", ", files.keySet())
                            + (guarded ? " (it must not lead yet)" : "");
            case Step.CheckPatroni _ -> "check it with patroni --validate-config";
            case Step.LeavePatroni _ ->
                    "make postgresql.base.conf postgresql.conf again and remove Patroni's files";
            case Step.CreateCitus(String database, var login) ->
                    "create the extension citus in database "
                            + database
                            + login.map(role ->
                                            ", and keep in it with which password %s logs in to the other nodes"
                                                    .formatted(role.user()))
                                    .orElse("");
            case Step.JoinCitus(Citus.Coordinator coordinator, _, _) ->
                    "make sure that this node is the coordinator, " + coordinator.host();
            case Step.JoinCitus(Citus.Worker worker, _, _) ->
                    "make sure that "
                            + worker.coordinator()
                            + " knows this node as its worker "
                            + worker.host();
            case Step.LeaveCitus(_, _, String database) ->
                    "forget that this volume is a Citus node's, if its extension is gone from database "
                            + database;
            case Step.JoinCitus(Citus.Kept _, _, _) -> "keep the Citus library";
            case Step.JoinCitus(Citus.Member _, _, _) ->
                    "keep the passwords with which roles log in to the other Citus nodes";
            case Step.DropMemberSlots() -> "drop physical replication slots that are not in use";
        };
    }

    private static String node(NodeState node) {
        return node.role().name().toLowerCase(Locale.ROOT)
                + node.name().map(name -> " " + name).orElse("")
                + node.slot().map(slot -> ", slot " + slot).orElse("")
                + node.citus().map(database -> ", Citus in database " + database).orElse("")
                + node.promotingFrom()
                        .map(timeline -> ", being promoted from timeline " + timeline)
                        .orElse("")
                + node.superseded()
                        .map(seen ->
                                ", superseded by timeline %d of %s"
                                        .formatted(seen.timeline(), seen.node()))
                        .orElse("");
    }

    private static String hold(List<SpaceRequirement> needed) {
        return "hold, without a server, until there is room in "
                + needed.stream()
                        .map(requirement -> requirement.space().directory().toString())
                        .collect(Collectors.joining(" and in "));
    }

    private static String verdict(Script script) {
        return script.name()
                + ": "
                + script.use().meaning()
                + script.doubt().map(doubt -> "; " + doubt).orElse("");
    }

    private static String initialize(Step.InitializeDatabase step) {
        String words = step.arguments().isEmpty() ? "" : ", " + String.join(" ", step.arguments());
        return "initdb with superuser "
                + step.superuser()
                + (step.locked() ? "" : ", without a password")
                + words
                + walDirectory(step.walDirectory());
    }

    private static String outside(Journal journal, Function<Journal.Outside, Path> place) {
        return Stream.concat(journal.wal().stream(), journal.tablespaces().stream())
                .map(part -> " and " + place.apply(part))
                .collect(Collectors.joining());
    }

    private static String walDirectory(Optional<Path> walDirectory) {
        return walDirectory.map(directory -> ", WAL in " + directory).orElse("");
    }

    private static String settings(String text) {
        long count = text.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').count();
        return count == 1 ? "1 setting" : count + " settings";
    }

    private static String rules(String block) {
        long count = block.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').count();
        return count == 1 ? "1 rule" : count + " rules";
    }

    /// As a shell would take it.
    private static String command(List<String> argv) {
        return argv.stream().map(PlanText::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        if (word.matches("[A-Za-z0-9_@%+=:,./-]+")) {
            return word;
        }
        return word.contains("\n") || word.contains("\r")
                ? "$'" + oneLine(word.replace("\\", "\\\\").replace("'", "\\'")) + "'"
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
