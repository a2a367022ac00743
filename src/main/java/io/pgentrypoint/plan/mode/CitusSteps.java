package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.CitusSettings;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What Citus adds to the plan of a node that it is asked for on.
public record CitusSteps(Settings settings, Observed observed) {

    /// Of the distributed tables, where the volume is a Citus node's.
    public static Optional<String> database(Settings settings, Observed observed) {
        Optional<String> recorded = observed.node().flatMap(NodeState::citus);
        return observed.patroni().citus().orElse(false)
                ? recorded.or(() -> Optional.of(settings.superuser().database()))
                : recorded;
    }

    /// Without the library its distributed tables read as empty and take rows that vanish later.
    public static void refuseWithoutCitus(Settings settings, Observed observed) {
        Optional<String> database = database(settings, observed);
        if (database.isPresent() && settings.citus().isEmpty()) {
            throw Refusals.citusVolume(settings, database.get());
        }
    }

    /// Patroni keeps the groups of a Citus cluster elsewhere in its DCS. There it would take the
    /// members for a new cluster, and those that still run without Citus would go on beside it.
    public static void refuseAfterPatroniWithoutCitus(Settings settings, Observed observed) {
        boolean without = observed.patroni().citus().filter(citus -> !citus).isPresent();
        if (without && settings.citus().orElse(null) instanceof Citus.Member) {
            throw Refusals.citusUnderPatroni(settings.dataDirectory());
        }
    }

    /// Before anything is written: with the library preloaded and not there no server starts.
    public static void requireLibrary(Settings settings, Observed observed) {
        if (settings.citus().isEmpty() || observed.citus()) {
            return;
        }
        int major = observed.installation().major();
        Path programs = observed.installation().binDirectory();
        throw switch (settings.citus().get()) {
            case Citus.Coordinator _, Citus.Worker _, Citus.Member _ ->
                    Refusals.noCitus(major, programs);
            case Citus.Kept(String database) ->
                    Refusals.citusIsGone(settings.dataDirectory(), database, major, programs);
        };
    }

    /// A standby's worker would be a copy of one: two nodes with the same shards and one name.
    public static void refuseStandby(Settings settings, Observed observed) {
        boolean runs = settings.citus().filter(CitusSteps::isNode).isPresent();
        if (runs
                && observed.dataDirectory() instanceof DataDirectory.Cluster cluster
                && cluster.role() != DataDirectory.Role.PRIMARY) {
            throw Refusals.citusOnStandby(settings.dataDirectory());
        }
    }

    /// Patroni makes the extension in clusters that it makes itself. In another one it logs an
    /// error for each of its statements that Citus does not know, without an end. So a primary's
    /// volume gets it before Patroni takes it over.
    List<Planned> beforePatroni() {
        if (!(settings.citus().orElse(null) instanceof Citus.Member(String database, _, _))
                || database(settings, observed).isPresent()) {
            return List.of();
        }
        List<Planned> steps = new ArrayList<>();
        if (!database.equals("postgres")) {
            steps.add(
                    new Planned(
                            new OnPrivateServer.CreateDatabase(database),
                            "the distributed tables lie there; nothing is done where it exists"));
        }
        steps.add(
                new Planned(
                        new OnPrivateServer.CreateCitus(database, superuser()),
                        "Patroni makes it in new clusters only"));
        return steps;
    }

    /// What a server needs on its command line before the configuration has it.
    static List<String> preloading(Settings settings) {
        return List.of(
                "-c",
                "%s=%s"
                        .formatted(
                                CitusSettings.PRELOAD,
                                CitusSettings.preloadedFirst(settings.serverSettings())));
    }

    private Optional<Credentials> superuser() {
        return settings.superuser()
                .password()
                .map(password -> new Credentials(settings.superuser().name(), password));
    }

    /// In a new cluster.
    List<Planned> extension() {
        if (settings.citus().filter(CitusSteps::isNode).isEmpty()) {
            return List.of();
        }
        String database = settings.citus().get().database();
        List<Planned> steps = new ArrayList<>();
        if (!database.equals(settings.superuser().database()) && !database.equals("postgres")) {
            steps.add(
                    new Planned(
                            new OnPrivateServer.CreateDatabase(database),
                            "CITUS_DATABASE asks for it"));
        }
        steps.add(
                new Planned(
                        new OnPrivateServer.CreateCitus(database, superuser()),
                        "USE_CITUS asks for it; what follows may distribute tables"));
        return steps;
    }

    List<PlannedLive> onceReady() {
        if (settings.citus().orElse(null) instanceof Citus.Kept(String database)) {
            return leaving(database);
        }
        return settings.citus()
                .filter(CitusSteps::isToJoin)
                .map(citus ->
                        List.of(
                                new PlannedLive(
                                        new Live.JoinCitus(
                                                citus,
                                                new Live.JoinCitus.Login(
                                                        settings.superuser().name(),
                                                        settings.superuser().password()),
                                                settings.port()),
                                        because(citus))))
                .orElse(List.of());
    }

    /// Whether we, and not Patroni, make it a node.
    private static boolean isNode(Citus citus) {
        return switch (citus) {
            case Citus.Coordinator _, Citus.Worker _ -> true;
            case Citus.Member _, Citus.Kept _ -> false;
        };
    }

    private static boolean isToJoin(Citus citus) {
        return switch (citus) {
            case Citus.Coordinator _, Citus.Worker _ -> true;
            case Citus.Member member -> !member.logins().isEmpty();
            case Citus.Kept _ -> false;
        };
    }

    private static String because(Citus citus) {
        return switch (citus) {
            case Citus.Coordinator _, Citus.Worker _, Citus.Kept _ ->
                    "an address may have changed since";
            case Citus.Member _ -> "CITUS_LOGINS asks for it; done by the member that leads";
        };
    }

    private List<PlannedLive> leaving(String database) {
        NodeState known = observed.node().orElseGet(() -> NodeState.of(NodeState.Role.STANDALONE));
        return List.of(
                new PlannedLive(
                        new Live.LeaveCitus(
                                new Layout(settings.dataDirectory()),
                                known.ofCitus(Optional.empty()).text(),
                                database),
                        "USE_CITUS is not set"));
    }

    List<String> warnings() {
        return settings.citus().orElse(null) instanceof Citus.Kept(String database)
                ? List.of(
                        "this volume is a Citus node's, and USE_CITUS is not set: the Citus library stays loaded, so that the distributed tables in database %s stay right, and the node is not registered anew; docs/how-to/use-citus.md says how to leave Citus"
                                .formatted(database))
                : List.of();
    }
}
