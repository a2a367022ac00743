package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Mode;
import java.util.Map;
import java.util.Optional;

/// What cannot be had together with Patroni.
record PatroniConflicts(Mode.Patroni patroni, Superuser superuser, Environment environment) {

    /// What to do instead of naming synchronous standbys.
    static final String SYNCHRONOUS_MODE =
            """
            set synchronous_mode instead, in PATRONI_CONFIGURATION ({bootstrap: {dcs: \
            {synchronous_mode: true}}}) for a new cluster, with patronictl edit-config \
            for one that exists\
            """;

    void report(
            int port,
            Optional<Integer> probePort,
            Map<String, String> serverSettings,
            ServerArguments arguments,
            Initdb initdb) {
        requireAscii();
        new LoudSettings(
                        environment.read(ClusterVariables.USE_CITUS, () -> false),
                        environment::report)
                .refuse(serverSettings, initdb, patroni.given());
        int rest = patroni.given().restPort();
        if (probePort.equals(Optional.of(rest))) {
            refuse(
                    Variables.PROBE_PORT.name(),
                    String.valueOf(rest),
                    "is the port of Patroni's REST API",
                    "choose another, for example 8009, or set PATRONI_RESTAPI_LISTEN");
        }
        if (port == rest) {
            refuse(
                    Variables.PGPORT.name(),
                    String.valueOf(rest),
                    "is the port of Patroni's REST API",
                    "choose another, or set PATRONI_RESTAPI_LISTEN");
        }
        if (serverSettings.containsKey("synchronous_standby_names")) {
            refuse(
                    ServerSettings.PREFIX + "synchronous_standby_names",
                    serverSettings.getOrDefault("synchronous_standby_names", ""),
                    "is Patroni's own: it follows the members that live",
                    SYNCHRONOUS_MODE);
        }
        if (!arguments.words().isEmpty()) {
            refuse(
                    "arguments",
                    String.join(" ", arguments.words()),
                    "do not reach the server: Patroni starts it",
                    "set POSTGRES_CONF_<name> instead");
        }
    }

    /// psycopg2 quotes them without a connection, as Latin-1, and Patroni reads that as UTF-8: the
    /// first member's bootstrap would fail (create_or_update_role).
    private void requireAscii() {
        String user = given("username").orElse(superuser.name());
        String password =
                given("password").or(() -> superuser.password().map(Secret::reveal)).orElse("");
        requireAscii(Variables.POSTGRES_USER, user);
        requireAscii(Variables.POSTGRES_PASSWORD, password);
        requireAscii(ClusterVariables.REPLICATION_USER, patroni.replication().user());
        requireAscii(
                ClusterVariables.REPLICATION_PASSWORD, patroni.replication().password().reveal());
    }

    private Optional<String> given(String key) {
        return patroni.given().text("postgresql", "authentication", "superuser", key);
    }

    private void requireAscii(Variable<?> variable, String value) {
        if (value.chars().anyMatch(c -> c > 126)) {
            refuse(
                    variable.name(),
                    variable.shown(value),
                    "must be ASCII with USE_PATRONI=true: Patroni cannot store another one",
                    "choose another");
        }
    }

    private void refuse(String name, String value, String rule, String remedy) {
        environment.report(Problem.error(name, value, rule, remedy));
    }
}
