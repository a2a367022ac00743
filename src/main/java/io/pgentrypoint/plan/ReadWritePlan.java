package io.pgentrypoint.plan;

import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.render.Floor;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Credentials;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Standalone and native primary: a node that takes writes. They differ by the replication role.
final class ReadWritePlan {

    private final Settings settings;
    private final Observed observed;
    private final Optional<Credentials> replication;
    private final ConfigurationSteps configuration;

    private ReadWritePlan(Settings settings, Observed observed, Optional<Credentials> replication) {
        this.settings = settings;
        this.observed = observed;
        this.replication = replication;
        this.configuration = new ConfigurationSteps(settings, observed, floor(observed));
    }

    private static Floor floor(Observed observed) {
        return observed.dataDirectory() instanceof DataDirectory.Cluster cluster
                ? new Floor(cluster.control().standbySettings(), cluster.control().walLevel())
                : Floor.none();
    }

    static Plan standalone(Settings settings, Observed observed) {
        return new ReadWritePlan(settings, observed, Optional.empty()).plan();
    }

    static Plan primary(Mode.NativePrimary primary, Settings settings, Observed observed) {
        return new ReadWritePlan(settings, observed, Optional.of(primary.replication())).plan();
    }

    private Plan plan() {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster ->
                    switch (cluster.role()) {
                        case PRIMARY -> existing(cluster);
                        case STANDBY, STANDBY_WITHOUT_SIGNAL -> throw standby();
                    };
            case DataDirectory.Missing _,
                    DataDirectory.Empty _,
                    DataDirectory.Interrupted _,
                    DataDirectory.OtherMajor _,
                    DataDirectory.Foreign _,
                    DataDirectory.Damaged _ ->
                    FirstBoot.finishing(settings, observed).orElseGet(this::firstBoot);
        };
    }

    private Plan firstBoot() {
        requirePassword();
        Layout staging = new Layout(settings.dataDirectory()).staging();
        List<Planned> steps =
                new ArrayList<>(
                        FirstBoot.opening(settings, observed, settings.initdb().walDirectory()));
        steps.add(
                new Planned(
                        new Step.InitializeDatabase(
                                staging,
                                settings.superuser().name(),
                                settings.superuser().password(),
                                settings.initdb().arguments(),
                                settings.initdb().walDirectory()),
                        "the data directory is empty"));
        steps.addAll(configuration.forNewCluster(staging));
        steps.add(
                new Planned(
                        new Step.StartBootstrapServer(
                                staging, configuration.arguments(), settings.superuser().name()),
                        "what follows needs a server, and TCP stays closed until it is done"));
        if (!settings.superuser().database().equals("postgres")) {
            steps.add(
                    new Planned(
                            new Step.CreateDatabase(settings.superuser().database()),
                            "POSTGRES_DB asks for it"));
        }
        replication.ifPresent(role -> steps.add(role(role)));
        steps.add(
                new Planned(
                        new Step.StopBootstrapServer(staging), "the cluster is ready to be moved"));
        steps.add(FirstBoot.publish(settings));
        return plan(initScripts(), steps, List.of());
    }

    private Plan existing(DataDirectory.Cluster cluster) {
        return plan(
                List.of(),
                configuration.forFiles(new Layout(settings.dataDirectory()), cluster.files()),
                onceReady());
    }

    private List<Planned> onceReady() {
        List<Planned> steps = new ArrayList<>();
        replication.ifPresent(role -> steps.add(role(role)));
        if (observed.patroni().layout()) {
            steps.add(
                    new Planned(
                            new Step.DropMemberSlots(),
                            "those of Patroni's members keep WAL without end"));
        }
        return steps;
    }

    private List<String> initScripts() {
        return observed.initScripts().isEmpty()
                ? List.of()
                : List.of(
                        "this version does not run init scripts; left alone in"
                                + " /docker-entrypoint-initdb.d: "
                                + String.join(", ", observed.initScripts()));
    }

    private Plan plan(List<String> doubts, List<Planned> beforeLaunch, List<Planned> onceReady) {
        List<String> warnings = new ArrayList<>(configuration.warnings());
        warnings.addAll(doubts);
        return new Plan(
                settings.mode().title(),
                Found.describe(settings, observed),
                warnings,
                beforeLaunch,
                configuration.launch(observed),
                onceReady);
    }

    private static Planned role(Credentials role) {
        return new Planned(new Step.EnsureReplicationRole(role), "replicas log in with it");
    }

    private void requirePassword() {
        boolean trusting =
                settings.hostAuthMethod().filter(method -> method.equals("trust")).isPresent();
        if (settings.superuser().password().isEmpty() && !trusting) {
            throw new Refusal(
                    ExitCode.CONFIGURATION,
                    "Database is uninitialized and superuser password is not specified",
                    "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE to a non-empty value; or, not"
                            + " recommended, POSTGRES_HOST_AUTH_METHOD=trust to allow all connections"
                            + " without a password");
        }
    }

    private Refusal standby() {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot start "
                        + settings.dataDirectory()
                        + " as "
                        + settings.mode().title()
                        + ": it is a standby, and opened read-write it would write a second history"
                        + " on its primary's timeline",
                "start it as what it is (HA_MODE=native REPLICATION_ROLE=replica PRIMARY_HOST=…) and"
                        + " promote it with SELECT pg_promote(); then start it as a primary");
    }
}
