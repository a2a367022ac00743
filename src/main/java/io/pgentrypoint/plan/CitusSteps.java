package io.pgentrypoint.plan;

import io.pgentrypoint.mode.Citus;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/// What Citus adds to the plan of a node that it is asked for on.
record CitusSteps(Settings settings, Observed observed) {

    /// Before anything is written: with the library preloaded and not there no server starts.
    static void requireLibrary(Settings settings, Observed observed) {
        if (settings.citus().isPresent() && !observed.citus()) {
            throw new Refusal(
                    ExitCode.CONFIGURATION,
                    "cannot run with USE_CITUS=true: this PostgreSQL "
                            + observed.installation().major()
                            + " ("
                            + observed.installation().binDirectory()
                            + ") has no library citus",
                    "build the image with CITUS_PACKAGE=… CITUS_REPOSITORY=…, or on a base image that has"
                            + " Citus (docs/citus.md); nothing was written");
        }
    }

    /// A standby's worker would be a copy of one: two nodes with the same shards and one name.
    static void refuseStandby(Settings settings, Observed observed) {
        boolean runs = settings.citus().filter(part -> !(part instanceof Citus.Member)).isPresent();
        if (runs
                && observed.dataDirectory() instanceof DataDirectory.Cluster cluster
                && cluster.role() != DataDirectory.Role.PRIMARY) {
            throw new Refusal(
                    ExitCode.UNSAFE,
                    "cannot run "
                            + settings.dataDirectory()
                            + " with USE_CITUS=true: it holds a standby",
                    "promote it first, by a start without USE_CITUS (docs/citus.md); nothing was"
                            + " touched");
        }
    }

    /// In a new cluster.
    List<Planned> extension() {
        if (settings.citus().isEmpty()) {
            return List.of();
        }
        String database = settings.citus().get().database();
        List<Planned> steps = new ArrayList<>();
        if (!database.equals(settings.superuser().database()) && !database.equals("postgres")) {
            steps.add(new Planned(new Step.CreateDatabase(database), "CITUS_DATABASE asks for it"));
        }
        steps.add(
                new Planned(
                        new Step.CreateCitus(database),
                        "USE_CITUS asks for it; what follows may distribute tables"));
        return steps;
    }

    List<Planned> onceReady() {
        return settings.citus()
                .map(citus ->
                        List.of(
                                new Planned(
                                        new Step.JoinCitus(
                                                citus,
                                                new Step.JoinCitus.Login(
                                                        settings.superuser().name(),
                                                        settings.superuser().password()),
                                                settings.port()),
                                        "an address may have changed since")))
                .orElse(List.of());
    }

    /// The tables are there and cannot be read.
    List<String> warnings(DataDirectory.Cluster cluster) {
        boolean was =
                cluster.files()
                        .settings()
                        .filter(text -> text.contains("shared_preload_libraries = 'citus"))
                        .isPresent();
        return was && settings.citus().isEmpty()
                ? List.of(
                        "this volume is a Citus node's, and USE_CITUS is not set: its distributed"
                                + " tables cannot be used until it is")
                : List.of();
    }
}
