package io.pgentrypoint.execute.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// A transaction whose statements no log, no statistics and no other session shows, and which waits
/// for no standby.
final class QuietSession {

    /// Silences whatever is logged, also by a module that nobody here knows. An error comes to us.
    private static final String SILENT = "SET LOCAL log_min_messages = 'fatal'";

    /// Only what this server and its modules have. Without `track_activities` no view, deadlock
    /// report or crash message has the text. And Citus would hand a changed password on to all
    /// nodes at once: each node applies its own.
    private static final String QUIET =
            """
            SELECT pg_catalog.set_config(s.name, quiet.value, true)
              FROM pg_catalog.pg_settings s
              JOIN (VALUES
                    ('log_min_error_statement', 'panic'),
                    ('track_activities', 'off'),
                    ('log_statement', 'none'),
                    ('log_duration', 'off'),
                    ('log_min_duration_statement', '-1'),
                    ('log_min_duration_sample', '-1'),
                    ('log_statement_sample_rate', '0'),
                    ('log_parameter_max_length', '0'),
                    ('log_parameter_max_length_on_error', '0'),
                    ('log_parser_stats', 'off'),
                    ('log_planner_stats', 'off'),
                    ('log_executor_stats', 'off'),
                    ('log_statement_stats', 'off'),
                    ('debug_print_raw_parse', 'off'),
                    ('debug_print_parse', 'off'),
                    ('debug_print_rewritten', 'off'),
                    ('debug_print_plan', 'off'),
                    ('auto_explain.log_min_duration', '-1'),
                    ('auto_explain.log_parameter_max_length', '0'),
                    ('pg_stat_statements.track', 'none'),
                    ('pg_stat_statements.track_utility', 'off'),
                    ('pg_stat_monitor.pgsm_track', 'none'),
                    ('pg_stat_monitor.pgsm_track_utility', 'off'),
                    ('pg_stat_monitor.pgsm_enable', 'off'),
                    ('pg_store_plans.track', 'none'),
                    ('pg_qualstats.enabled', 'off'),
                    ('pg_show_plans.enable', 'off'),
                    ('pg_hint_plan.debug_print', 'off'),
                    ('pg_tracing.track', 'none'),
                    ('pgaudit.log', 'none'),
                    ('pgaudit.role', ''),
                    ('citus.stat_statements_track', 'none'),
                    ('citus.log_remote_commands', 'off'),
                    ('citus.enable_ddl_propagation', 'off')
                   ) AS quiet(name, value) ON s.name = quiet.name
             WHERE s.context IN ('user', 'superuser')
            """;

    private QuietSession() {}

    static void begin(Connection connection, Statement statement) throws SQLException {
        // Drawn when a transaction begins, so it cannot wait for ours.
        statement.execute("SET log_transaction_sample_rate = 0");
        connection.setAutoCommit(false);
        statement.execute(SILENT);
        statement.execute(QUIET);
        // A primary without standbys and with synchronous_standby_names set must not wait for a
        // standby that
        // cannot log in yet.
        statement.execute("SET LOCAL synchronous_commit = 'local'");
    }
}
