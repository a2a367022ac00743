package io.pgentrypoint.plan.mode;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.Golden;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.plan.Volumes;
import io.pgentrypoint.plan.step.Ending;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `upgrade` says and does on each volume: one file a case. This is the image of 17.
class UpgradeEndingTest {

    private static final String OLD = Layout.replacedName("postgresql-15");
    private static final Upgraded DONE = new Upgraded(15, 17, OLD, false, false, true);
    private static final Settings STANDALONE = parse(Environments.standalone());
    private static final Observed VOLUME = Volumes.holds(Volumes.primary(ManagedFiles.none()));

    private static void check(String name, Ending ending, Observed observed) {
        check(name, ending, STANDALONE, observed);
    }

    private static void check(String name, Ending ending, Settings settings, Observed observed) {
        List<String> lines;
        try {
            lines = PlanText.lines(UpgradeEnding.plan(ending, settings, observed));
        } catch (Refusal refusal) {
            lines =
                    List.of(
                            "refused with %s: %s".formatted(refusal.exitCode(), refusal.reason()),
                            "  " + refusal.remedy());
        }
        Golden.matches("upgrade/%s.txt".formatted(name), String.join("\n", lines) + "\n");
    }

    private static Observed journal(OnRestart onRestart, int from, int to) {
        return Volumes.holds(
                new DataDirectory.Interrupted(
                        new Journal(
                                onRestart,
                                Relocation.of(
                                        to < from ? OLD : Layout.STAGING,
                                        new Relocation.Upgrade(
                                                from,
                                                to,
                                                Layout.replacedName("postgresql-" + from),
                                                false)))));
    }

    @Test
    void the_old_cluster_is_deleted_and_what_is_left_of_it() {
        check("finish", Ending.FINISH, VOLUME.with(DONE));
        check("finish-again-after-a-kill", Ending.FINISH, VOLUME.with(DONE.withoutOldCluster()));
    }

    @Test
    void nothing_is_done_where_no_upgrade_has_left_anything() {
        check("finish-nothing", Ending.FINISH, VOLUME);
        check("revert-nothing", Ending.REVERT, VOLUME);
        check("empty", Ending.FINISH, Volumes.holds(new DataDirectory.Empty()));
    }

    @Test
    void a_copied_cluster_is_put_back_by_the_image_of_either_version() {
        check("revert-by-the-new-image", Ending.REVERT, VOLUME.with(DONE));
        check(
                "revert-by-the-old-image",
                Ending.REVERT,
                Volumes.holds(new DataDirectory.OtherMajor(18))
                        .with(
                                new Upgraded(
                                        17,
                                        18,
                                        Layout.replacedName("postgresql-17"),
                                        false,
                                        true,
                                        true)));
    }

    @Test
    void a_cluster_that_is_put_back_has_its_own_timelines_and_its_replicas_are_cloned_anew() {
        check(
                "revert-a-promoted-primary",
                Ending.REVERT,
                parse(Environments.primary()),
                VOLUME.with(DONE)
                        .with(
                                NodeState.of(NodeState.Role.PRIMARY)
                                        .promoted(
                                                NodeState.Role.PRIMARY,
                                                new NodeState.Promotion(
                                                        1, 2, "0/3000000", "now"))));
        check("revert-a-member", Ending.REVERT, parse(Environments.patroni()), VOLUME.with(DONE));
    }

    @Test
    void what_cannot_be_put_back_is_refused_with_the_reason() {
        check(
                "revert-a-linked-one",
                Ending.REVERT,
                VOLUME.with(new Upgraded(15, 17, OLD, true, true, true)));
        check("revert-a-deleted-one", Ending.REVERT, VOLUME.with(DONE.withoutOldCluster()));
    }

    @Test
    void a_revert_that_was_killed_goes_on_and_an_upgrade_that_was_killed_is_left_to_a_start() {
        check("revert-after-a-kill", Ending.REVERT, journal(OnRestart.ROLL_FORWARD, 17, 15));
        check("finish-during-a-revert", Ending.FINISH, journal(OnRestart.ROLL_FORWARD, 17, 15));
        check("revert-during-an-upgrade", Ending.REVERT, journal(OnRestart.DISCARD, 15, 17));
        check(
                "revert-during-the-end-of-an-upgrade",
                Ending.REVERT,
                journal(OnRestart.ROLL_FORWARD, 15, 17));
    }
}
