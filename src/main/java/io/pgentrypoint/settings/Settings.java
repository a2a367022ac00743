package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything the environment says, parsed once. A value of this type is valid by construction.
///
/// @param hostAuthMethod empty: derived from the server's password_encryption
/// @param serverSettings from `POSTGRES_CONF_*`, by lower-case name
/// @param childEnvironment what our children may see: the environment without the secrets
/// @param withheld the secrets that the user's own scripts may see besides
/// @param citus what this node is in a Citus cluster
/// @param synchronous the standbys that commits of a native primary wait for
/// @param tls how the server proves itself to clients
/// @param passwordSync whether a start makes the superuser's password that of the environment
public record Settings(
        Mode mode,
        Path dataDirectory,
        int port,
        Superuser superuser,
        Initdb initdb,
        Optional<String> hostAuthMethod,
        SortedMap<String, String> serverSettings,
        ServerArguments serverArguments,
        Map<String, String> childEnvironment,
        String logLevel,
        LogFormat logFormat,
        Duration stopGrace,
        StopMode stopMode,
        Optional<Integer> probePort,
        boolean probePage,
        VolumeUse volume,
        List<Problem> warnings,
        SortedMap<String, Secret> withheld,
        boolean passwordSync,
        Optional<Citus> citus,
        Optional<SynchronousStandbys> synchronous,
        Optional<ServerTls> tls) {

    private static final Set<String> OFF = Set.of("off", "false", "no", "0");

    /// What a stop means, in PostgreSQL's own words.
    public enum StopMode {
        FAST,
        SMART,
        IMMEDIATE
    }

    public Settings {
        serverSettings = Collections.unmodifiableSortedMap(new TreeMap<>(serverSettings));
        childEnvironment = Map.copyOf(childEnvironment);
        warnings = List.copyOf(warnings);
        withheld = Collections.unmodifiableSortedMap(new TreeMap<>(withheld));
    }

    /// The store that a Patroni member uses, and where its cluster is there.
    public Optional<DcsAddress> dcs() {
        if (!(mode instanceof Mode.Patroni patroni)) {
            return Optional.empty();
        }
        Optional<String> group =
                patroni.given()
                        .text("citus", "group")
                        .or(() ->
                                citus.filter(Citus.Member.class::isInstance)
                                        .map(Citus.Member.class::cast)
                                        .flatMap(Citus.Member::group)
                                        .map(String::valueOf));
        return patroni.given().dcs().map(store -> group.map(store::ofGroup).orElse(store));
    }

    /// Parses the environment.
    ///
    /// @throws InvalidSettings with every problem at once
    public static Settings from(
            Map<String, String> given,
            List<String> serverArguments,
            String hostName,
            ValueFiles files) {
        OtherImages.Translation translation = OtherImages.translate(given);
        Map<String, String> raw = translation.environment();
        Environment environment = new Environment(raw, files);
        translation.notes().forEach(environment::report);
        Optional<Mode> mode = new ModeReader(environment, hostName).read();
        SortedMap<String, String> serverSettings = ServerSettings.read(raw, environment);
        boolean replicates = mode.isPresent() && !(mode.get() instanceof Mode.Standalone);
        if (replicates) {
            ServerSettings.checkReplication(serverSettings, environment);
        }
        Superuser superuser = superuser(environment);
        mode.ifPresent(found -> refuseSuperuser(found, superuser, environment));
        ServerArguments arguments = new ServerArguments(serverArguments);
        Path dataDirectory =
                environment.read(Variables.PGDATA, () -> Path.of("/var/lib/postgresql/data"));
        arguments.check(dataDirectory, environment);
        int port = environment.read(Variables.PGPORT, () -> 5432);
        Initdb initdb = new InitdbReader(environment).read();
        Optional<String> method = environment.read(Variables.POSTGRES_HOST_AUTH_METHOD);
        String logLevel = environment.read(Variables.LOG_LEVEL, () -> "info");
        LogFormat logFormat = environment.read(Variables.LOG_FORMAT, () -> LogFormat.TEXT);
        Duration stopGrace = environment.read(Variables.STOP_GRACE, () -> Duration.ofSeconds(60));
        StopMode stopMode = environment.read(Variables.STOP_MODE, () -> StopMode.FAST);
        Optional<Integer> probePort = environment.read(Variables.PROBE_PORT);
        boolean probePage = environment.read(Variables.PROBE_PAGE, () -> true);
        if (probePort.equals(Optional.of(port))) {
            environment.report(
                    Problem.error(
                            Variables.PROBE_PORT.name(),
                            String.valueOf(port),
                            "is the port of the server itself (PGPORT)",
                            "choose another, for example 8008"));
        }
        VolumeUse volume = volume(environment);
        boolean passwordSync = environment.read(Variables.POSTGRES_PASSWORD_SYNC, () -> false);
        if (mode.orElse(null) instanceof Mode.Patroni patroni) {
            new PatroniConflicts(patroni, superuser, environment)
                    .report(port, probePort, serverSettings, arguments, initdb);
        }
        CitusReader citusReader = new CitusReader(environment, hostName);
        Optional<Citus> citus = citusReader.read(mode, superuser);
        if (citus.isPresent()) {
            citusReader.check(serverSettings);
        }
        Optional<SynchronousStandbys> synchronous =
                new SynchronousReader(environment).read(mode, serverSettings, arguments);
        Optional<ServerTls> tls = new ServerTlsReader(environment, hostName).read(mode);
        UnknownNames.report(raw, environment);
        List<Problem> problems = environment.problems();
        if (mode.isEmpty() || problems.stream().anyMatch(Problem::isError)) {
            throw new InvalidSettings(problems);
        }
        return new Settings(
                mode.get(),
                dataDirectory,
                port,
                superuser,
                initdb,
                method,
                serverSettings,
                arguments,
                ChildEnvironment.of(raw, mode.get(), dataDirectory, port),
                logLevel,
                logFormat,
                stopGrace,
                stopMode,
                probePort,
                probePage,
                volume,
                problems,
                ChildEnvironment.withheld(raw),
                passwordSync,
                citus,
                synchronous,
                tls);
    }

    /// Whether the server is to survive a power cut. Where it is not, by the only setting that says
    /// so, what a start builds is not synced either. A word that is not known here counts as on.
    public boolean syncs() {
        String fsync =
                serverArguments
                        .setting("fsync")
                        .or(() -> Optional.ofNullable(serverSettings.get("fsync")))
                        .orElse("on");
        return !OFF.contains(fsync.strip().toLowerCase(Locale.ROOT));
    }

    /// Every secret that messages must not show.
    public List<Secret> secrets() {
        List<Secret> all = new ArrayList<>(withheld.values());
        superuser.password().ifPresent(all::add);
        switch (mode) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary primary -> all.add(primary.replication().password());
            case Mode.NativeReplica replica -> all.add(replica.replication().password());
            case Mode.NativeAuto auto -> all.add(auto.replication().password());
            case Mode.Patroni patroni -> {
                all.add(patroni.replication().password());
                all.addAll(patroni.given().passwords());
            }
        }
        return all;
    }

    /// What messages have to say, also where it is a password.
    public List<String> names() {
        List<String> names =
                new ArrayList<>(List.of("postgres", superuser.name(), superuser.database()));
        switch (mode) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary primary -> names.add(primary.replication().user());
            case Mode.NativeReplica replica -> names.add(replica.replication().user());
            case Mode.NativeAuto auto -> names.add(auto.replication().user());
            case Mode.Patroni patroni -> names.add(patroni.replication().user());
        }
        return names;
    }

    /// What this node is, in words.
    public String title() {
        return switch (citus.orElse(null)) {
            case null -> mode.title();
            case Citus.Coordinator _ -> "Citus coordinator";
            case Citus.Worker worker -> "Citus worker of " + worker.coordinator();
            case Citus.Member(_, _, var group) ->
                    mode.title() + group.map(number -> ", Citus group " + number).orElse("");
            case Citus.Kept _ -> mode.title() + ", with the Citus library";
        };
    }

    /// The same, for another role of the node.
    public Settings with(Mode other) {
        return with(other, citus);
    }

    /// The same, for another part in a Citus cluster.
    public Settings with(Citus part) {
        return with(mode, Optional.of(part));
    }

    private Settings with(Mode newMode, Optional<Citus> newCitus) {
        return new Settings(
                newMode,
                dataDirectory,
                port,
                superuser,
                initdb,
                hostAuthMethod,
                serverSettings,
                serverArguments,
                childEnvironment,
                logLevel,
                logFormat,
                stopGrace,
                stopMode,
                probePort,
                probePage,
                volume,
                warnings,
                withheld,
                passwordSync,
                newCitus,
                synchronous,
                tls);
    }

    private static VolumeUse volume(Environment environment) {
        return new VolumeUse(
                environment.read(Variables.VOLUME_WAIT, () -> Duration.ofSeconds(60)),
                environment.read(Variables.ON_DISK_FULL, () -> VolumeUse.OnDiskFull.FAIL),
                environment.read(Variables.UPGRADE, () -> VolumeUse.OnOldMajor.REFUSE),
                environment.read(Variables.UPGRADE_KEEP));
    }

    private static Superuser superuser(Environment environment) {
        String name = environment.read(Variables.POSTGRES_USER, () -> "postgres");
        return new Superuser(
                name,
                environment.read(Variables.POSTGRES_PASSWORD),
                environment.read(Variables.POSTGRES_DB, () -> name));
    }

    private static void refuseSuperuser(Mode mode, Superuser superuser, Environment environment) {
        String role =
                switch (mode) {
                    case Mode.Standalone standalone -> "";
                    case Mode.NativePrimary primary -> primary.replication().user();
                    case Mode.NativeReplica replica -> replica.replication().user();
                    case Mode.NativeAuto auto -> auto.replication().user();
                    case Mode.Patroni patroni -> patroni.replication().user();
                };
        if (role.equals(superuser.name())) {
            environment.report(
                    Problem.error(
                            ClusterVariables.REPLICATION_USER.name(),
                            role,
                            """
                            must not be the superuser (POSTGRES_USER): its password is on \
                            every replica\
                            """,
                            "choose another"));
        }
    }
}
