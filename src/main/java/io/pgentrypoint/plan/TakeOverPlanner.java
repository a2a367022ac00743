package io.pgentrypoint.plan;

import io.pgentrypoint.observe.access.Access;
import io.pgentrypoint.observe.access.Content;
import io.pgentrypoint.observe.access.DirectoryOwner;
import io.pgentrypoint.observe.access.Purpose;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/// What is done before the volume may be read. As root: directories become the server's user's, and
/// so does this process. As that user, or any other: the volume is locked, if nothing stands in the
/// way of writing.
final class TakeOverPlanner {

    private static final int PRIVATE = 0700;

    // As the official image has it: the group may make sockets, and the sticky bit keeps them
    // apart.
    private static final int SOCKET_DIRECTORY = 03775;

    private final Settings settings;
    private final Layout layout;
    private final List<String> warnings = new ArrayList<>();
    private final List<PlannedTakeOver> steps = new ArrayList<>();

    private TakeOverPlanner(Settings settings) {
        this.settings = settings;
        layout = new Layout(settings.dataDirectory());
    }

    static TakeOverPlan plan(Settings settings, Access access) {
        TakeOverPlanner planner = new TakeOverPlanner(settings);
        return switch (access) {
            case Access.AsRootOnly(Access.Lack lack) -> throw TakeOverRefusals.rootOnly(lack);
            case Access.AsRoot root -> planner.asRoot(root);
            case Access.AsUser user -> planner.asUser(user);
        };
    }

    private TakeOverPlan asRoot(Access.AsRoot root) {
        ServerUser user = root.user();
        if (root.data() instanceof DirectoryOwner.Others others) {
            requireOurs(others, user);
            steps.add(
                    new PlannedTakeOver(
                            new TakeOver.HoldVolume(layout, user),
                            "a server of another user may run there, or start now"));
        }
        root.wal().ifPresent(wal -> wal(wal, root));
        settle(root.data(), new Purpose.Data(), PRIVATE, user);
        settle(root.sockets(), new Purpose.Sockets(), SOCKET_DIRECTORY, user);
        steps.add(
                new PlannedTakeOver(
                        new TakeOver.StepDown(user), "PostgreSQL refuses to run as root"));
        return new TakeOverPlan("root", warnings, steps, TakeOverPlan.Next.REPLAN);
    }

    private void requireOurs(DirectoryOwner.Others others, ServerUser user) {
        switch (others.content()) {
            case Content.Empty _, Content.Ours _ -> {}
            case Content.Foreign(List<String> names) ->
                    throw TakeOverRefusals.foreign(settings, names);
            case Content.Disputed(int uid) ->
                    throw TakeOverRefusals.disputed(others.directory(), others.owner(), uid, user);
            case Content.Unlockable(String why) ->
                    throw TakeOverRefusals.unlockable(others.directory(), why);
        }
    }

    private void wal(DirectoryOwner wal, Access.AsRoot root) {
        if (wal instanceof DirectoryOwner.Others others
                && others.content() instanceof Content.Foreign(List<String> names)) {
            if (!root.cluster()) {
                throw TakeOverRefusals.foreignWal(others.directory(), names);
            }
            warnings.add(
                    "Not giving %s (POSTGRES_INITDB_WALDIR) to user %s: it holds %s, which is no WAL of the cluster in %s"
                            .formatted(
                                    others.directory(),
                                    root.user().name(),
                                    names.getFirst(),
                                    settings.dataDirectory()));
        } else {
            settle(wal, new Purpose.Wal(settings.dataDirectory()), PRIVATE, root.user());
        }
    }

    private void settle(DirectoryOwner found, Purpose purpose, int mode, ServerUser user) {
        switch (found) {
            case DirectoryOwner.Missing(var directory) ->
                    steps.add(
                            new PlannedTakeOver(
                                    new TakeOver.MakeForServerUser(directory, purpose, mode, user),
                                    "%s does not exist".formatted(name(purpose))));
            case DirectoryOwner.Servers servers -> roots(servers, user);
            case DirectoryOwner.Others others -> give(others, purpose, mode, user);
            case DirectoryOwner.BehindLink link -> throw TakeOverRefusals.behindLink(link, user);
            case DirectoryOwner.Unusable(var directory, String why) ->
                    throw TakeOverRefusals.cannotHandOver(directory, user, why);
        }
    }

    private void give(DirectoryOwner.Others others, Purpose purpose, int mode, ServerUser user) {
        if (others.entries().kept() > 0) {
            throw TakeOverRefusals.kept(others.directory(), others.entries(), user);
        }
        steps.add(
                new PlannedTakeOver(
                        new TakeOver.GiveToServerUser(others, purpose, mode, user),
                        "%s belongs to %s".formatted(name(purpose), others.owner())));
    }

    private void roots(DirectoryOwner.Servers servers, ServerUser user) {
        if (servers.roots().count() > 0) {
            steps.add(
                    new PlannedTakeOver(
                            new TakeOver.GiveRootsFiles(servers, user),
                            "a restore by root has left them so"));
        }
        if (servers.roots().kept() > 0) {
            warnings.add(
                    "Not giving %d files of root's in %s, such as %s: they have a second name (a hard link), or are devices"
                            .formatted(
                                    servers.roots().kept(),
                                    servers.directory(),
                                    servers.roots().firstKept()));
        }
    }

    private static String name(Purpose purpose) {
        return switch (purpose) {
            case Purpose.Data _ -> "PGDATA";
            case Purpose.Wal _ -> "POSTGRES_INITDB_WALDIR";
            case Purpose.Sockets _ -> "the directory of the server's sockets";
        };
    }

    private TakeOverPlan asUser(Access.AsUser user) {
        refuseWithoutAccess(user);
        user.open()
                .ifPresent(seen ->
                        steps.add(
                                new PlannedTakeOver(
                                        new TakeOver.CloseToOthers(layout.dataDirectory(), seen),
                                        "the server starts with 0700 and 0750 only")));
        // What will be refused anyway gets no file of ours.
        if (!user.foreign()) {
            steps.add(
                    new PlannedTakeOver(
                            new TakeOver.TakeVolume(
                                    layout, settings.volume().timeout(), user.lockOwner()),
                            "one volume, one server"));
        }
        return new TakeOverPlan(
                "uid %s, gid %s".formatted(user.uid(), user.gid()),
                warnings,
                steps,
                TakeOverPlan.Next.READ_VOLUME);
    }

    private static void refuseWithoutAccess(Access.AsUser user) {
        if (!user.writing().problems().isEmpty()) {
            throw new InvalidSettings(user.writing().problems());
        }
        user.writing()
                .unnameable()
                .ifPresent(directory -> {
                    throw TakeOverRefusals.unnameable(directory);
                });
        if (!user.writing().obstacles().isEmpty()) {
            throw TakeOverRefusals.obstacles(user);
        }
    }
}
