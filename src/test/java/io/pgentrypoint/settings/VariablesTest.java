package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.Rejoin;
import io.pgentrypoint.settings.mode.Slot;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every variable is read, from itself and from its file.
class VariablesTest {

    @TempDir Path directory;

    /// @param expected what the settings of a replica hold then
    record Example(String name, String text, Function<Settings, Object> actual, Object expected) {
        @Override
        public String toString() {
            return name + "=" + text;
        }
    }

    static List<Example> examples() {
        return List.of(
                new Example("POSTGRES_USER", "admin", s -> s.superuser().name(), "admin"),
                new Example(
                        "POSTGRES_PASSWORD",
                        "pa ss",
                        s -> s.superuser().password(),
                        Optional.of(new Secret("pa ss"))),
                new Example("POSTGRES_DB", "shop", s -> s.superuser().database(), "shop"),
                new Example(
                        "POSTGRES_INITDB_ARGS",
                        "--data-checksums --locale='de DE'",
                        s -> s.initdb().arguments(),
                        List.of("--data-checksums", "--locale=de DE")),
                new Example(
                        "POSTGRES_INITDB_WALDIR",
                        "/wal/./x",
                        s -> s.initdb().walDirectory(),
                        Optional.of(Path.of("/wal/x"))),
                new Example(
                        "POSTGRES_HOST_AUTH_METHOD",
                        "cert map=x",
                        Settings::hostAuthMethod,
                        Optional.of("cert map=x")),
                new Example("PGDATA", "/data/../data", Settings::dataDirectory, Path.of("/data")),
                new Example("PGPORT", " 6000 ", Settings::port, 6000),
                new Example("POSTGRES_PASSWORD_SYNC", "Yes", Settings::passwordSync, true),
                new Example(
                        "HA_MODE", "Native", s -> replica(s).title(), "native replica of db1:5432"),
                new Example(
                        "REPLICATION_ROLE",
                        "Replica",
                        s -> replica(s).title(),
                        "native replica of db1:5432"),
                new Example("PRIMARY_HOST", "db2", s -> replica(s).primary().host(), "db2"),
                new Example("PRIMARY_PORT", "5433", s -> replica(s).primary().port(), 5433),
                new Example("REPLICATION_USER", "rep", s -> replica(s).replication().user(), "rep"),
                new Example(
                        "REPLICATION_PASSWORD",
                        "other",
                        s -> replica(s).replication().password(),
                        new Secret("other")),
                new Example(
                        "REPLICATION_NETWORK",
                        "10.0.0.0/8, samenet",
                        s -> replica(s).networks(),
                        List.of(new Network("10.0.0.0/8", false), new Network("samenet", true))),
                new Example(
                        "OVERRULE_TIMELINE",
                        "2",
                        s -> ((Mode.NativePrimary) s.mode()).overruled(),
                        Optional.of(2)),
                new Example(
                        "REPLICATION_REQUIRE_AUTH",
                        "none, md5",
                        s -> replica(s).upstream().tls().accepted(),
                        List.of(AuthMethod.MD5, AuthMethod.NONE)),
                new Example(
                        "REPLICATION_SSLMODE",
                        "require",
                        s -> replica(s).upstream().tls().mode(),
                        SslMode.REQUIRE),
                new Example(
                        "REPLICATION_SSLROOTCERT",
                        "/ca.pem",
                        s -> replica(s).upstream().tls().rootCertificate(),
                        Optional.of(Path.of("/ca.pem"))),
                new Example(
                        "REPLICATION_SSLCERT",
                        "/c.pem",
                        s -> replica(s).upstream().tls().certificate(),
                        Optional.of(Path.of("/c.pem"))),
                new Example(
                        "REPLICATION_SSLKEY",
                        "/c.key",
                        s -> replica(s).upstream().tls().key(),
                        Optional.of(Path.of("/c.key"))),
                new Example(
                        "TLS", "self-signed", s -> s.tls().orElseThrow().pair(), Optional.empty()),
                new Example(
                        "TLS_CERT",
                        Environments.tls("ec.crt").toString(),
                        s -> s.tls().orElseThrow().pair().orElseThrow().certificate(),
                        text("ec.crt")),
                new Example(
                        "TLS_KEY",
                        Environments.tls("ec-sec1.key").toString(),
                        s -> s.tls().orElseThrow().pair().orElseThrow().key(),
                        new Secret(text("ec-sec1.key"))),
                new Example(
                        "TLS_CA",
                        Environments.tls("rsa.crt").toString(),
                        s -> s.tls().orElseThrow().authorities(),
                        Optional.of(text("rsa.crt"))),
                new Example(
                        "TLS_MIN_VERSION",
                        "tlsv1.3",
                        s -> s.tls().orElseThrow().minimumVersion(),
                        "TLSv1.3"),
                new Example(
                        "TLS_CLIENT_AUTH",
                        "verify-ca",
                        s -> s.tls().orElseThrow().clients(),
                        ClientCertificate.VERIFY_CA),
                new Example("TLS_REQUIRE", "true", s -> s.tls().orElseThrow().required(), true),
                new Example("REPLICA_NAME", "r 1", s -> replica(s).name(), "r 1"),
                new Example("REPLICATION_SLOT", "r1", s -> replica(s).slot(), new Slot.Named("r1")),
                new Example("PRIMARY_WAIT", "2h", s -> replica(s).timeout(), Duration.ofHours(2)),
                new Example(
                        "SYNCHRONOUS_STANDBYS",
                        " any 2 (db2, \"db-3\", *) ",
                        Settings::synchronous,
                        Optional.of(
                                new SynchronousStandbys(
                                        "any 2 (db2, \"db-3\", *)",
                                        2,
                                        List.of("db2", "db-3", "*")))),
                new Example(
                        "PEER_HOSTS",
                        "db2, db3:5433 [fd00::2]:6000 [fd00::3]",
                        s ->
                                ((Mode.NativePrimary) s.mode())
                                        .asked().stream().map(UpstreamServer::address).toList(),
                        List.of(
                                new HostPort("db2", 5432),
                                new HostPort("db3", 5433),
                                new HostPort("fd00::2", 6000),
                                new HostPort("fd00::3", 5432))),
                new Example(
                        "CLUSTER_HOSTS",
                        "node-1, db2:5433",
                        s ->
                                auto(s).nodes().servers().stream()
                                        .map(UpstreamServer::address)
                                        .toList(),
                        List.of(new HostPort("node-1", 5432), new HostPort("db2", 5433))),
                new Example(
                        "CLUSTER_SIZE",
                        "2",
                        s ->
                                auto(s).nodes().servers().stream()
                                        .map(UpstreamServer::address)
                                        .toList(),
                        List.of(new HostPort("node-0.db", 5432), new HostPort("node-1.db", 5432))),
                new Example(
                        "NODE_NAME",
                        "db2",
                        s -> auto(s).nodes().itself(),
                        Optional.of(new HostPort("db2", 5432))),
                new Example(
                        "START_ALONE",
                        "30s",
                        s -> auto(s).alone(),
                        Optional.of(Duration.ofSeconds(30))),
                new Example("REJOIN", "ReWind", s -> replica(s).rejoin(), Rejoin.REWIND),
                new Example("LOG_LEVEL", "WARN", Settings::logLevel, "warn"),
                new Example("LOG_FORMAT", "json", Settings::logFormat, LogFormat.JSON),
                new Example("STOP_GRACE", "1.5min", Settings::stopGrace, Duration.ofSeconds(90)),
                new Example("STOP_MODE", "Smart", Settings::stopMode, Settings.StopMode.SMART),
                new Example(
                        "VOLUME_WAIT", "5min", s -> s.volume().timeout(), Duration.ofMinutes(5)),
                new Example(
                        "ON_DISK_FULL",
                        "Hold",
                        s -> s.volume().onDiskFull(),
                        VolumeUse.OnDiskFull.HOLD),
                new Example(
                        "UPGRADE", "Link", s -> s.volume().onOldMajor(), VolumeUse.OnOldMajor.LINK),
                new Example(
                        "UPGRADE_KEEP",
                        "7d",
                        s -> s.volume().keepOld(),
                        Optional.of(Duration.ofDays(7))),
                new Example("PROBE_PORT", "8009", Settings::probePort, Optional.of(8009)),
                new Example("PROBE_PAGE", "off", Settings::probePage, false),
                new Example("PATRONI_SCOPE", "other", s -> patroni(s).scope(), "other"),
                new Example("PATRONI_NAME", "first", s -> patroni(s).name(), "first"),
                new Example(
                        "PATRONI_CONFIGURATION", "name: second", s -> patroni(s).name(), "second"),
                new Example(
                        "CITUS_ROLE",
                        "worker",
                        s -> s.citus().orElseThrow() instanceof Citus.Worker,
                        true),
                new Example(
                        "CITUS_COORDINATOR_HOST",
                        "co:5433",
                        s -> ((Citus.Worker) s.citus().orElseThrow()).coordinator(),
                        new HostPort("co", 5433)),
                new Example(
                        "CITUS_NODE_HOST",
                        "here",
                        s -> ((Citus.Coordinator) s.citus().orElseThrow()).host(),
                        "here"),
                new Example(
                        "CITUS_READY_WHEN",
                        "serving",
                        s -> s.citus().orElseThrow().readyOnceRegistered(),
                        false),
                new Example(
                        "CITUS_DATABASE",
                        "shards",
                        s -> s.citus().orElseThrow().database(),
                        "shards"),
                new Example(
                        "CITUS_LOGINS",
                        "app:se:cret\n\nreport:x",
                        s -> s.citus().orElseThrow().logins(),
                        List.of(
                                new Credentials("app", new Secret("se:cret")),
                                new Credentials("report", new Secret("x")))),
                new Example(
                        "CITUS_GROUP",
                        "3",
                        s -> ((Citus.Member) s.citus().orElseThrow()).group(),
                        Optional.of(3)));
    }

    @Test
    void every_variable_has_an_example_here() {
        Set<String> names =
                examples().stream()
                        .map(Example::name)
                        .collect(Collectors.toCollection(HashSet::new));
        // The one asks for more, the other is refused: RefusalsTest has them.
        names.addAll(List.of("USE_PATRONI", "USE_CITUS"));
        assertThat(Variables.all())
                .extracting(Variable::name)
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void a_variable_is_read(Example example) {
        Map<String, String> environment = environmentFor(example);
        environment.put(example.name(), example.text());
        assertThat(example.actual().apply(Environments.parse(environment)))
                .isEqualTo(example.expected());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void a_variable_is_read_from_its_file(Example example) throws IOException {
        Map<String, String> environment = environmentFor(example);
        environment.remove(example.name());
        Path file = Files.writeString(directory.resolve("value"), example.text() + "\n");
        environment.put(example.name() + "_FILE", file.toString());
        assertThat(example.actual().apply(Environments.parse(environment)))
                .isEqualTo(example.expected());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void a_variable_and_its_file_exclude_each_other(Example example) throws IOException {
        Map<String, String> environment = environmentFor(example);
        environment.put(example.name(), example.text());
        Path file = Files.writeString(directory.resolve("value"), example.text() + "\n");
        environment.put(example.name() + "_FILE", file.toString());
        assertThat(Environments.errors(environment))
                .anySatisfy(problem -> {
                    assertThat(problem.variable()).isEqualTo(example.name());
                    assertThat(problem.rule())
                            .isEqualTo(
                                    "both %1$s and %1$s_FILE are set (but are exclusive)"
                                            .formatted(example.name()));
                });
    }

    @Test
    void every_variable_is_documented() {
        assertThat(Variables.all())
                .allSatisfy(variable -> {
                    assertThat(variable.name()).matches("[A-Z]+(_[A-Z]+)*");
                    assertThat(variable.meaning()).isNotBlank().doesNotEndWith(".");
                    assertThat(variable.fallback()).isNotBlank();
                    assertThat(variable.group().title()).isNotBlank();
                });
    }

    @Test
    void only_passwords_are_secret() {
        assertThat(Variables.all())
                .filteredOn(Variable::secret)
                .extracting(Variable::name)
                .containsExactly(
                        "POSTGRES_PASSWORD",
                        "REPLICATION_PASSWORD",
                        "PATRONI_CONFIGURATION",
                        "CITUS_LOGINS");
    }

    private static Map<String, String> environmentFor(Example example) {
        return switch (example.name()) {
            case "TLS_CERT",
                    "TLS_KEY",
                    "TLS_CA",
                    "TLS_MIN_VERSION",
                    "TLS_CLIENT_AUTH",
                    "TLS_REQUIRE" ->
                    Environments.replica(
                            "TLS_CERT", Environments.tls("ec.crt").toString(),
                            "TLS_KEY", Environments.tls("ec.key").toString(),
                            "TLS_CA", Environments.tls("rsa.crt").toString());
            case "REPLICATION_SSLCERT" -> Environments.replica("REPLICATION_SSLKEY", "/c.key");
            case "REPLICATION_SSLKEY" -> Environments.replica("REPLICATION_SSLCERT", "/c.pem");
            case "PEER_HOSTS", "OVERRULE_TIMELINE" -> Environments.primary();
            case "CLUSTER_HOSTS" -> Environments.primary("REPLICATION_ROLE", "auto");
            case "CLUSTER_SIZE" ->
                    Environments.primary("REPLICATION_ROLE", "auto", "CLUSTER_HOSTS", "db");
            case "NODE_NAME", "START_ALONE" ->
                    Environments.primary("REPLICATION_ROLE", "auto", "CLUSTER_HOSTS", "db1,db2");
            case "PATRONI_SCOPE", "PATRONI_NAME", "PATRONI_CONFIGURATION" -> Environments.patroni();
            case "CITUS_ROLE" -> Environments.citus("CITUS_COORDINATOR_HOST", "co");
            case "CITUS_COORDINATOR_HOST" -> Environments.citus("CITUS_ROLE", "worker");
            case "CITUS_NODE_HOST", "CITUS_READY_WHEN", "CITUS_DATABASE", "CITUS_LOGINS" ->
                    Environments.citus();
            case "CITUS_GROUP" -> Environments.patroni("USE_CITUS", "true");
            default -> Environments.replica();
        };
    }

    private static String text(String file) {
        try {
            return Files.readString(Environments.tls(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Mode.Patroni patroni(Settings settings) {
        return (Mode.Patroni) settings.mode();
    }

    private static Mode.NativeAuto auto(Settings settings) {
        return (Mode.NativeAuto) settings.mode();
    }

    private static Mode.NativeReplica replica(Settings settings) {
        return (Mode.NativeReplica) settings.mode();
    }
}
