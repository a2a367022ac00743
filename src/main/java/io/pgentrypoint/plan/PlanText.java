package io.pgentrypoint.plan;

import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        switch (plan.outlook()) {
            case Outlook.LookAgain(String because) -> lines.add("then: look again, " + because);
            case Outlook.Launch(List<String> argv) -> lines.add("then: " + command(argv));
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
        }
        return lines;
    }

    /// One step as a sentence. Files are named without their directory: the staging place and the
    /// data directory are named where the plan opens the one and publishes to the other.
    public static String describe(Step step) {
        return switch (step) {
            case Step.DiscardUnfinished(Layout layout, var journal) ->
                    "discard what it built in "
                            + layout.staging().dataDirectory()
                            + journal.walDirectory().map(wal -> " and " + wal).orElse("");
            case Step.OpenStaging(Layout layout, var wal) ->
                    "open the staging place "
                            + layout.staging().dataDirectory()
                            + wal.map(directory -> " and " + directory).orElse("");
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
            case Step.StartBootstrapServer _ ->
                    "start a bootstrap server, without TCP, on a private socket";
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
                            + replica.patience().toSeconds()
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
            case Step.AwaitDcs(var dcs, var patience) ->
                    "wait for " + dcs.title() + ", at most " + patience.toSeconds() + " s";
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
            case Step.DropMemberSlots() -> "drop physical replication slots that are not in use";
        };
    }

    private static String initialize(Step.InitializeDatabase step) {
        String words = step.arguments().isEmpty() ? "" : ", " + String.join(" ", step.arguments());
        return "initdb with superuser "
                + step.superuser()
                + (step.password().isPresent() ? "" : ", without a password")
                + words
                + walDirectory(step.walDirectory());
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
