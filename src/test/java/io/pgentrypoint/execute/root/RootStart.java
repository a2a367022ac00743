package io.pgentrypoint.execute.root;

import io.pgentrypoint.observe.access.Access;
import io.pgentrypoint.observe.access.DirectoryOwner;
import io.pgentrypoint.observe.access.DirectoryOwnerReader;
import io.pgentrypoint.observe.access.Entries;
import io.pgentrypoint.observe.access.Purpose;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.PlannedTakeOver;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.TakeOverRefusals;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What a start as root does to a directory, without its last step: looks, plans, gives.
final class RootStart {

    private RootStart() {}

    /// A directory that needs no question whose it is.
    static void settle(Path directory, int mode, ServerUser user) throws IOException {
        Purpose purpose = new Purpose.Sockets();
        try (HandOver handOver = new HandOver()) {
            switch (DirectoryOwnerReader.read(directory, purpose, user)) {
                case DirectoryOwner.Missing _ ->
                        handOver.make(
                                new TakeOver.MakeForServerUser(directory, purpose, mode, user));
                case DirectoryOwner.Others others ->
                        handOver.give(new TakeOver.GiveToServerUser(others, purpose, mode, user));
                case DirectoryOwner.Servers _ -> {}
                case DirectoryOwner.BehindLink link ->
                        throw TakeOverRefusals.behindLink(link, user);
                case DirectoryOwner.Unusable(var path, var why) ->
                        throw TakeOverRefusals.cannotHandOver(path, user, why);
            }
        }
    }

    /// As POSTGRES_INITDB_WALDIR of a PGDATA that is right.
    static void wal(Path wal, Path data, ServerUser user) throws IOException {
        Settings settings =
                Environments.parse(Map.of("POSTGRES_PASSWORD", "x", "PGDATA", data.toString()));
        Purpose purpose = new Purpose.Wal(data);
        DirectoryOwner right = new DirectoryOwner.Servers(data, Entries.none());
        TakeOverPlan plan =
                Planner.plan(
                        settings,
                        new Access.AsRoot(
                                user,
                                right,
                                Optional.of(DirectoryOwnerReader.read(wal, purpose, user)),
                                right,
                                Files.exists(data.resolve("global/pg_control"))));
        try (HandOver handOver = new HandOver()) {
            for (PlannedTakeOver planned : plan.steps()) {
                if (planned.step() instanceof TakeOver.GiveToServerUser give) {
                    handOver.give(give);
                }
            }
        }
    }
}
