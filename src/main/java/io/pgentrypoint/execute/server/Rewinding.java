package io.pgentrypoint.execute.server;

import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.execute.move.StagedCluster;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.LocalTimelinesReader;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.observe.wal.UpstreamTimelinesReader;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A rewind of the cluster in the staging directory. As long as nothing of it is changed beyond
/// what recovery does, a failure puts it back; then the journal lets a restart refuse it, and from
/// there on only a verified end makes it a cluster again, which a restart puts into its place.
public final class Rewinding {

    private static final Logger LOG = LoggerFactory.getLogger(Rewinding.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Follow.Rewind step;
    private final Settings settings;
    private final Installation installation;
    private final Programs programs;
    private final StopRequest stop;
    private final Map<String, String> environment;
    private final Path staging;
    private final Relocator relocator;

    public Rewinding(
            Follow.Rewind step,
            Settings settings,
            Installation installation,
            Programs programs,
            StopRequest stop) {
        this.step = step;
        this.settings = settings;
        this.installation = installation;
        this.programs = programs;
        this.stop = stop;
        this.environment = new TreeMap<>(settings.childEnvironment());
        this.environment.put("LC_ALL", "C");
        this.environment.put("PG_COLOR", "never");
        this.staging = step.layout().staging().dataDirectory();
        this.relocator = new Relocator(step.layout());
    }

    public void run() throws IOException {
        try {
            recover();
            relocator.externalToStaging();
            Outcome tried = rewind(List.of("--dry-run"));
            if (!tried.succeeded()) {
                throw impossible(complaint(tried));
            }
            if (tried.stderr().contains("no rewind required")) {
                // It went by a control file that is older than the primary's promotion.
                throw impossible("pg_rewind takes both for one timeline");
            }
        } catch (IOException | Refusal e) {
            relocator.putBack();
            throw e;
        }
        relocator.onRestart(OnRestart.REFUSE);
        Outcome outcome = rewind(List.of());
        if (!outcome.succeeded()) {
            throw half(
                    "pg_rewind ended with code %s: %s"
                            .formatted(outcome.code(), complaint(outcome)));
        }
        verify();
        // It must never wake up as a primary. pg_rewind itself has synced the rest.
        AtomicFiles.createEmpty(new Layout(staging).standbySignal());
        relocator.onRestart(OnRestart.ROLL_FORWARD);
        LOG.info("Rewound to {}: {}", step.replica().primary(), complaint(outcome));
    }

    /// pg_rewind takes a cluster that was shut down, and reads from its log which pages changed
    /// since the fork. Its own way to one is the same; here a dry run can follow.
    private void recover() throws IOException {
        ControlData control = Observer.controlData(staging, installation, environment, programs);
        switch (control.state()) {
            case "shut down", "shut down in recovery" -> {
                return;
            }
            case "in archive recovery" -> {
                // Should the signal be gone: it would end its recovery, and be a primary.
                AtomicFiles.createEmpty(new Layout(staging).standbySignal());
                recoverStandby();
            }
            default -> recoverPrimary();
        }
        // It is put back as it is now, should the rewind be impossible; and fsync may be off in its
        // settings.
        StagedCluster.syncing(programs, installation.program("initdb"), environment).sync(staging);
    }

    private void recoverPrimary() {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                installation.program("postgres"),
                                "--single",
                                "-D",
                                staging.toString()));
        // With a configuration file elsewhere the directory has none of its own.
        settings.serverArguments()
                .setting("config_file")
                .ifPresent(file -> argv.addAll(List.of("-c", "config_file=" + file)));
        argv.add("template1");
        Outcome recovered = programs.run(new Command("postgres --single", argv, environment));
        if (!recovered.succeeded()) {
            throw impossible("it does not recover from its crash: " + complaint(recovered));
        }
    }

    /// A single-user server refuses a standby, and without its signal it would end its recovery. So
    /// it replays what it has as a standby without an upstream.
    private void recoverStandby() throws IOException {
        List<String> arguments = new ArrayList<>(settings.serverArguments().words());
        arguments.addAll(
                List.of(
                        "-c",
                        "primary_conninfo=",
                        "-c",
                        "restore_command=",
                        "-c",
                        "hot_standby=on"));
        try (BootstrapServer server =
                BootstrapServer.start(
                        programs,
                        stop,
                        installation.program("postgres"),
                        new Layout(staging),
                        arguments,
                        new Login(settings.superuser().name(), settings.superuser().password()),
                        settings.port(),
                        environment,
                        BootstrapServer.Terms.WITHDRAWN)) {
            server.stop(
                    stop,
                    () ->
                            Observer.controlData(staging, installation, environment, programs)
                                    .state());
        }
    }

    private Outcome rewind(List<String> more) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                installation.program("pg_rewind"),
                                "--target-pgdata=" + staging,
                                "--source-server=" + step.conninfo(),
                                "--no-ensure-shutdown"));
        argv.addAll(more);
        return programs.run(new Command("pg_rewind", argv, environment));
    }

    /// Exit code 0 is no proof. By the rule that told that it had to be rewound it must be able to
    /// follow now.
    private void verify() {
        ControlData control = Observer.controlData(staging, installation, environment, programs);
        Ancestry ancestry =
                Ancestry.of(
                        new LocalTimelinesReader(
                                        installation.program("pg_waldump"),
                                        staging,
                                        control.wal(),
                                        environment,
                                        programs)
                                .read(control.systemIdentifier()),
                        source());
        switch (ancestry) {
            case Ancestry.Follows _ -> {}
            case Ancestry.Unknown(String why, _) ->
                    throw half(
                            "whether its history is the primary's now cannot be told: %s"
                                    .formatted(why));
            case Ancestry.Diverged _,
                    Ancestry.Ahead _,
                    Ancestry.UpstreamBehind _,
                    Ancestry.OtherCluster _ ->
                    throw half("its history is not the primary's after the rewind");
        }
    }

    private UpstreamTimelines source() {
        ReplicationConnection server =
                UpstreamReader.connection(step.replica().upstream(), TIMEOUT);
        return stop.orStop(() -> {
            try (Connection connection = server.open()) {
                return UpstreamTimelinesReader.read(new ReplicationCommands(connection));
            } catch (SQLException e) {
                throw half(
                        "%s does not tell its history afterwards: %s"
                                .formatted(step.replica().primary(), e.getMessage()));
            }
        });
    }

    private Refusal impossible(String why) {
        return Refusals.notRewound(settings.dataDirectory(), why);
    }

    private Refusal half(String why) {
        return Refusals.halfRewound(staging, why);
    }

    private static String complaint(Outcome outcome) {
        return outcome.stderr()
                .lines()
                .filter(line -> !line.isBlank())
                .map(String::strip)
                .reduce((first, second) -> first + "; " + second)
                .orElse("it said nothing");
    }
}
