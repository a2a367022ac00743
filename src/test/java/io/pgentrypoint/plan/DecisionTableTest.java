package io.pgentrypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.PageTable;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// The page of decisions shows what the planner decides, mode by volume.
class DecisionTableTest {

    private static final Map<String, String> VOLUMES =
            Map.of(
                    "missing", "no directory",
                    "empty", "an empty directory",
                    "interrupted-building", "a first boot that was cut off",
                    "interrupted-publishing",
                            "a first boot that was cut off while it was published",
                    "primary", "a primary",
                    "standby", "a standby",
                    "standby-without-signal", "a standby without its `standby.signal`",
                    "other-major", "another major version",
                    "foreign", "foreign files",
                    "damaged", "a damaged cluster");

    @Test
    void the_decision_table_shows_what_the_planner_decides() {
        Map<String, Function<DataDirectory, String>> modes = new LinkedHashMap<>();
        modes.put(
                "standalone",
                on(Environments.parse(Environments.standalone("POSTGRES_PASSWORD", "secret"))));
        modes.put(
                "native primary",
                on(Environments.parse(Environments.primary("POSTGRES_PASSWORD", "secret"))));
        modes.put(
                "native replica, the primary has all that is here",
                volume ->
                        decided(
                                Environments.parse(Environments.replica()),
                                Volumes.holds(volume)
                                        .under(
                                                Volumes.answers(),
                                                Optional.of(
                                                        new HistoryComparison(
                                                                Peers.FOLLOWS, false)))));
        modes.put(
                "native replica, the primary is down",
                volume ->
                        decided(
                                Environments.parse(Environments.replica()),
                                Volumes.with(Volumes.refuses(), volume)));
        modes.put(
                "Patroni, the cluster has no leader yet",
                volume ->
                        decided(
                                Environments.parse(Environments.patroni()),
                                Volumes.holds(volume).with(PatroniCells.alone())));
        modes.put(
                "Citus coordinator or worker",
                volume -> {
                    Observed observed = Volumes.holds(volume).withCitus();
                    String coordinator =
                            decided(Environments.parse(Environments.citus()), observed);
                    Settings worker =
                            Environments.parse(
                                    Environments.citus(
                                            "CITUS_ROLE",
                                            "worker",
                                            "CITUS_COORDINATOR_HOST",
                                            "coordinator"));
                    assertThat(decided(worker, observed)).isEqualTo(coordinator);
                    return coordinator;
                });
        List<String> lines = new ArrayList<>();
        lines.add("| the volume holds | %s |".formatted(String.join(" | ", modes.keySet())));
        lines.add("|---|" + "---|".repeat(modes.size()));
        Volumes.each()
                .forEach((name, volume) -> {
                    List<String> cells =
                            modes.values().stream().map(mode -> mode.apply(volume)).toList();
                    lines.add(
                            "| %s | %s |".formatted(VOLUMES.get(name), String.join(" | ", cells)));
                });
        PageTable.matches("docs/reference/decision-table.md", "Planner", lines);
    }

    private static Function<DataDirectory, String> on(Settings settings) {
        return volume -> decided(settings, Volumes.holds(volume));
    }

    private static String decided(Settings settings, Observed observed) {
        try {
            Plan plan = Planner.plan(settings, observed);
            List<String> words = new ArrayList<>();
            for (Planned planned : plan.beforeLaunch()) {
                word(planned.step()).ifPresent(words::add);
            }
            words.add(
                    switch (plan.next()) {
                        case NextAction.Launch _ -> "start";
                        case NextAction.Replan _ -> "decide again";
                        case NextAction.Become(var mode, _) -> "as " + mode.title();
                        case NextAction.Refuse(Refusal refusal) -> "refused, " + refusal.exitCode();
                    });
            return String.join(", ", words);
        } catch (Refusal refusal) {
            return "refused, " + refusal.exitCode();
        }
    }

    /// What changes what the cluster is; the others only configure it.
    private static Optional<String> word(BeforeLaunch step) {
        return Optional.ofNullable(
                switch (step) {
                    case Build.DiscardUnfinished _ -> "discard what was made";
                    case Build.InitializeDatabase _ -> "initdb";
                    case Build.Publish _ -> "publish";
                    case Follow.AwaitPrimary _ -> "wait for the primary";
                    case Follow.AwaitNodes _ -> "wait for the other nodes";
                    case Follow.CloneFromPrimary _ -> "clone";
                    case Follow.MarkStandby _ -> "`standby.signal`";
                    case OnPrivateServer.EnsureReplicationRole _ -> "replication role";
                    case Promote.PromoteStandby _ -> "promote";
                    case UnderPatroni.CheckPatroni _ -> "hand over to Patroni";
                    default -> null;
                });
    }
}
