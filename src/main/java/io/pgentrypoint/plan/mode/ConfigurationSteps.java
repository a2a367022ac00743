package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.HbaBlock;
import io.pgentrypoint.config.HostRule;
import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.config.ServerConfiguration;
import io.pgentrypoint.config.Setting;
import io.pgentrypoint.config.SettingsFile;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.TlsFiles;
import io.pgentrypoint.plan.rule.SlotBudget;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.ServerSettings;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Our settings file, include line and HBA block: a step for each that is not right already.
public final class ConfigurationSteps {

    /// What follows an upstream, or stops following it at a target: ours alone on a replica.
    public static final Set<String> STANDBY_SETTINGS =
            Set.of(
                    "primary_conninfo",
                    "primary_slot_name",
                    "recovery_target",
                    "recovery_target_lsn",
                    "recovery_target_name",
                    "recovery_target_time",
                    "recovery_target_timeline",
                    "recovery_target_xid");

    private static final String SYNCHRONOUS = "synchronous_standby_names";

    private final Settings settings;
    private final int major;
    private final Optional<String> hbaBlock;
    private final List<Setting> configuration;
    private final boolean patronis;
    private final boolean twoConfigurations;
    private final boolean serving;
    private final List<String> overridden;
    private final TlsSteps tls;
    private final TlsFiles tlsFiles;

    /// What the server that runs was started with.
    private final Optional<String> running;

    ConfigurationSteps(Settings settings, Observed observed, MinimumSettings minimum) {
        this.settings = settings;
        this.major = observed.installation().major();
        this.hbaBlock = HbaBlock.text(settings);
        this.twoConfigurations = observed.patroni().ownConfiguration();
        this.patronis = observed.patroni().layout() && !twoConfigurations;
        this.serving = observed.serving();
        this.overridden = overridden(settings, observed);
        this.tls = new TlsSteps(settings);
        Optional<ManagedFiles> files =
                observed.dataDirectory() instanceof DataDirectory.Cluster cluster
                        ? Optional.of(cluster.files())
                        : Optional.empty();
        this.tlsFiles = files.map(ManagedFiles::tls).orElse(TlsFiles.none());
        this.running = files.flatMap(ManagedFiles::settings);
        this.configuration =
                ServerConfiguration.of(
                        settings,
                        new Layout(settings.dataDirectory()),
                        minimum,
                        SlotBudget.of(observed.volume()),
                        major);
    }

    /// For a cluster that initdb has just made.
    List<Planned> forNewCluster(Layout staging) {
        List<Planned> steps = new ArrayList<>(forFiles(staging, ManagedFiles.none()));
        steps.add(
                new Planned(
                        new Build.AppendHostRule(staging, HostRule.text(settings, major)),
                        "clients log in by it; from then on it is yours"));
        return steps;
    }

    /// @param target the data directory, or its staging directory
    List<Planned> forFiles(Layout target, ManagedFiles present) {
        List<Planned> steps = new ArrayList<>();
        if (patronis) {
            steps.add(
                    new Planned(
                            new UnderPatroni.LeavePatroni(target),
                            """
                            what Patroni wrote there would win over ours: its port, its \
                            limits, a synchronous_standby_names for which commits wait\
                            """));
        }
        steps.addAll(missing(target, present));
        steps.addAll(tls.steps(present.tls()));
        if (configuration.isEmpty() && hbaBlock.isEmpty()) {
            steps.addAll(takeBack(target, present));
            return steps;
        }
        String waiting = waiting(present);
        // What a reload finds switched on stays so, until others stream that are asked for now.
        String text =
                text(present.settings()) + (serving && synchronous().isPresent() ? waiting : "");
        boolean changes = !present.settings().equals(Optional.of(text));
        if (changes) {
            steps.add(
                    new Planned(
                            new Configure.WriteSettings(target, text),
                            (!waiting.isEmpty() && !serving
                                            ? "no standby streams yet, and each commit would wait"
                                            : present.settings().isEmpty()
                                                    ? "the environment asks for them"
                                                    : "they differ from what the environment asks for")
                                    + slots()));
        }
        if (!present.settingsIncluded()) {
            steps.add(
                    new Planned(
                            new Configure.IncludeSettings(target),
                            "PostgreSQL reads no file that is not included"));
        }
        if (!present.hbaBlock().equals(hbaBlock)) {
            steps.add(
                    new Planned(
                            new Configure.WriteHbaBlock(target, hbaBlock.orElse("")),
                            hbaBlock.isPresent()
                                    ? "replicas log in by it"
                                    : "nobody replicates from a standalone node"));
        }
        TreeSet<String> overriding = new TreeSet<>(present.autoSettings());
        overriding.retainAll(STANDBY_SETTINGS);
        if (settings.mode() instanceof Mode.NativeReplica && !overriding.isEmpty()) {
            steps.add(
                    new Planned(
                            new Configure.RemoveAutoSettings(target, overriding),
                            "postgresql.auto.conf would override PRIMARY_HOST"));
        }
        if (changes && !(settings.serverSettings().isEmpty() && arguments().isEmpty())) {
            steps.add(
                    new Planned(
                            new Configure.CheckServerSettings(target, arguments()),
                            "a wrong value is better found by the parser than by the server"));
        }
        return steps;
    }

    /// A script may have put another file into the place of one that holds our lines.
    List<Planned> afterScripts(Layout layout) {
        List<Planned> steps = new ArrayList<>();
        if (!configuration.isEmpty() || hbaBlock.isPresent()) {
            String because = "a script may have replaced the file";
            String text = SettingsFile.text(configuration);
            steps.add(new Planned(new Configure.WriteSettings(layout, text), because));
            steps.add(new Planned(new Configure.IncludeSettings(layout), because));
            hbaBlock.ifPresent(block ->
                    steps.add(new Planned(new Configure.WriteHbaBlock(layout, block), because)));
        }
        return steps;
    }

    /// Not before somebody is there to be waited for.
    Optional<PlannedLive> synchronous() {
        return settings.synchronous()
                .filter(_ -> settings.mode() instanceof Mode.NativePrimary)
                .map(standbys ->
                        new PlannedLive(
                                new Live.RequireSynchronousStandbys(
                                        new Layout(settings.dataDirectory()),
                                        standbys,
                                        text(running) + waiting()),
                                "SYNCHRONOUS_STANDBYS asks for it; until then a primary without standbys would block every commit"));
    }

    private String text(Optional<String> present) {
        return serving && present.isPresent()
                ? SettingsFile.whileServing(configuration, present.get())
                : SettingsFile.text(configuration);
    }

    private String waiting() {
        return settings.synchronous()
                .map(standbys ->
                        SettingsFile.line(
                                new Setting(SYNCHRONOUS, standbys.text(), "SYNCHRONOUS_STANDBYS")))
                .orElse("");
    }

    /// The line by which commits wait now, whatever its value; empty when there is none.
    private static String waiting(ManagedFiles present) {
        return present.settings().stream()
                .flatMap(String::lines)
                .filter(line ->
                        line.startsWith(SYNCHRONOUS + " ")
                                && line.endsWith(" # SYNCHRONOUS_STANDBYS"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /// A file that an argument puts elsewhere is not missed.
    private List<Planned> missing(Layout target, ManagedFiles present) {
        Map<String, String> elsewhere =
                Map.of(
                        "postgresql.conf", "config_file",
                        "pg_hba.conf", "hba_file",
                        "pg_ident.conf", "ident_file");
        Set<String> missed = new TreeSet<>(present.missing());
        missed.removeIf(name ->
                settings.serverArguments().setting(elsewhere.getOrDefault(name, "")).isPresent());
        // Without a pg_ident.conf the server starts, and somebody may have meant that.
        return missed.isEmpty() || missed.equals(Set.of("pg_ident.conf"))
                ? List.of()
                : List.of(
                        new Planned(
                                new Build.AddConfigurationFiles(
                                        target, missed, HostRule.forStoredPasswords(settings)),
                                """
                                this volume comes from an image that keeps them \
                                elsewhere; from now on they are yours\
                                """));
    }

    /// A limit that nobody has set is said with how it was reckoned.
    private String slots() {
        return configuration.stream()
                .filter(setting -> setting.name().equals("max_slot_wal_keep_size"))
                .filter(setting -> setting.origin().startsWith("native"))
                .findFirst()
                .map(setting ->
                        "; slots may keep %s%s"
                                .formatted(
                                        setting.value(),
                                        setting.origin().substring(setting.origin().indexOf(':'))))
                .orElse("");
    }

    private static List<Planned> takeBack(Layout target, ManagedFiles present) {
        boolean clean =
                present.settings().isEmpty()
                        && !present.settingsIncluded()
                        && present.hbaBlock().isEmpty();
        return clean
                ? List.of()
                : List.of(
                        new Planned(
                                new Configure.TakeBackFiles(target),
                                "a standalone node without POSTGRES_CONF_* needs none of them"));
    }

    /// The server's arguments. A configuration file of the user's own does not include our
    /// settings, so they are given here; the user's arguments come last and win.
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (settings.serverArguments().nameConfiguration()) {
            for (Setting setting : configuration) {
                arguments.add("-c");
                arguments.add(setting.name() + "=" + setting.value());
            }
        }
        arguments.addAll(settings.serverArguments().words());
        return List.copyOf(arguments);
    }

    NextAction.Launch launch(Observed observed) {
        List<String> argv = new ArrayList<>();
        argv.add(observed.installation().program("postgres"));
        argv.add("-D");
        argv.add(settings.dataDirectory().toString());
        argv.addAll(arguments());
        return new NextAction.Launch(argv);
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>(overridden);
        if (twoConfigurations) {
            Layout layout = new Layout(settings.dataDirectory());
            warnings.add(
                    """
                    it was under Patroni, and yet %s is not what Patroni writes: it \
                    stays, and is what the server reads; put into it what you need of %s, \
                    and remove that one\
                    """
                            .formatted(layout.postgresqlConf(), layout.patroniBaseConf()));
        }
        replacedRules().ifPresent(warnings::add);
        if (settings.serverArguments().setting("hba_file").isEmpty()) {
            warnings.addAll(tls.warnings(tlsFiles));
        }
        return warnings;
    }

    /// What was set by ALTER SYSTEM is read after our file.
    private static List<String> overridden(Settings settings, Observed observed) {
        if (!(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            return List.of();
        }
        TreeSet<String> names = new TreeSet<>(settings.serverSettings().keySet());
        names.retainAll(cluster.files().autoSettings());
        names.removeAll(STANDBY_SETTINGS);
        return names.stream()
                .map(name ->
                        "%s has no effect: postgresql.auto.conf sets %s too, and wins; ALTER SYSTEM RESET %s and a reload end that"
                                .formatted(ServerSettings.variable(name), name, name))
                .toList();
    }

    private Optional<String> replacedRules() {
        Optional<String> file = settings.serverArguments().setting("hba_file");
        if (file.isEmpty() || hbaBlock.isEmpty()) {
            return Optional.empty();
        }
        String rules =
                hbaBlock.get()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .collect(Collectors.joining(" / "));
        return Optional.of(
                """
                pg_hba.conf is replaced by %s, which is yours: replicas cannot log in \
                unless these rules are in it: %s\
                """
                        .formatted(file.get(), rules));
    }
}
