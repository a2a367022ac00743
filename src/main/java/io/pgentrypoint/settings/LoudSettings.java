package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Settings with which the server logs the statements by which Patroni sets passwords when it makes
/// a cluster. Patroni makes the roles in a session with `log_statement = none`,
/// `log_min_duration_statement = -1` and `pg_stat_statements.track_utility = off`, and Citus'
/// password in one without.
final class LoudSettings {

    private static final String RULE =
            """
            cannot be used with Patroni: the server would log the statements by which \
            Patroni sets passwords when it makes the cluster\
            """;

    private static final String REMEDY =
            "unset it, and set it with patronictl edit-config once the cluster is there";

    private static final String OFF = "off|false|no|0|0\\.0";

    // At least 100 ms.
    private static final String SLOW = "-1|[1-9]\\d*\\s*(s|min|h|d)|[1-9]\\d{2,}\\s*(ms)?";

    /// The values that are harmless. A message of statistics has its statement below it, and at
    /// `debug2` the server says each one that comes by the extended protocol.
    private static final Map<String, String> ROLES =
            Map.ofEntries(
                    Map.entry("debug_print_raw_parse", OFF),
                    Map.entry("debug_print_parse", OFF),
                    Map.entry("debug_print_rewritten", OFF),
                    Map.entry("debug_print_plan", OFF),
                    Map.entry("log_parser_stats", OFF),
                    Map.entry("log_planner_stats", OFF),
                    Map.entry("log_executor_stats", OFF),
                    Map.entry("log_statement_stats", OFF),
                    Map.entry("log_transaction_sample_rate", OFF),
                    Map.entry("log_min_duration_sample", SLOW),
                    Map.entry(
                            "log_min_messages", "debug1|info|notice|warning|error|log|fatal|panic"),
                    Map.entry("pgaudit.log", "none|((read|write|ddl)(,\\s*|$))+"));

    private static final Map<String, String> CITUS =
            Map.of(
                    "log_statement", "none|ddl",
                    "log_min_duration_statement", SLOW,
                    "auto_explain.log_min_duration", SLOW,
                    "pg_hint_plan.debug_print", OFF,
                    "pgaudit.log", "none");

    private final Map<String, String> harmless = new HashMap<>(ROLES);
    private final Consumer<Problem> report;

    LoudSettings(boolean citus, Consumer<Problem> report) {
        if (citus) {
            harmless.putAll(CITUS);
        }
        this.report = report;
    }

    void refuse(
            Map<String, String> serverSettings, Initdb initdb, PatroniConfiguration configuration) {
        serverSettings.forEach((name, value) -> {
            if (isLoud(name, value)) {
                report.accept(Problem.error(ServerSettings.variable(name), value, RULE, REMEDY));
            }
        });
        for (String assignment : assignments(initdb.arguments())) {
            refuse(Variables.POSTGRES_INITDB_ARGS.name(), "", assignment);
        }
        refuse(configuration, "postgresql", "parameters");
        refuse(configuration, "bootstrap", "dcs", "postgresql", "parameters");
        for (String assignment : assignments(configuration.options("bootstrap", "initdb"))) {
            refuse(PatroniConfiguration.DOCUMENT, "bootstrap.initdb: ", assignment);
        }
    }

    private void refuse(PatroniConfiguration configuration, String... path) {
        configuration
                .section(path)
                .forEach((name, value) ->
                        refuse(
                                PatroniConfiguration.DOCUMENT,
                                String.join(".", path) + ".",
                                name + "=" + value));
    }

    private void refuse(String variable, String where, String assignment) {
        int sign = assignment.indexOf('=');
        if (sign > 0 && isLoud(assignment.substring(0, sign), assignment.substring(sign + 1))) {
            report.accept(
                    Problem.error(
                            variable,
                            "",
                            "has %s%s, which %s".formatted(where, assignment, RULE),
                            REMEDY));
        }
    }

    private boolean isLoud(String name, String value) {
        String pattern = harmless.get(name.strip().toLowerCase(Locale.ROOT));
        String set = value.strip().toLowerCase(Locale.ROOT);
        return pattern != null && !set.isEmpty() && !set.matches(pattern);
    }

    /// Of `--set=name=value`, from PostgreSQL 16 on; also as two words, and as `-c`.
    private static List<String> assignments(List<String> words) {
        List<String> found = new ArrayList<>();
        boolean next = false;
        for (String word : words) {
            Optional<String> value =
                    next
                            ? Optional.of(word)
                            : word.startsWith("--set=")
                                    ? Optional.of(word.substring("--set=".length()))
                                    : word.startsWith("-c")
                                            ? Optional.of(word.substring(2))
                                            : Optional.empty();
            value.ifPresent(found::add);
            next = word.equals("--set") || word.equals("-c");
        }
        return found;
    }
}
