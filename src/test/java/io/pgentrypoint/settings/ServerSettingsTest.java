package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `POSTGRES_CONF_<name>`.
class ServerSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "POSTGRES_CONF_shared_buffers, shared_buffers",
        "POSTGRES_CONF_SHARED_BUFFERS, shared_buffers",
        "POSTGRES_CONF_auto_explain__log_min_duration, auto_explain.log_min_duration",
        "POSTGRES_CONF_ssl_cert_file, ssl_cert_file",
        "POSTGRES_CONF_a___b, a._b"
    })
    void a_setting_goes_by_its_own_name(String variable, String name) {
        Settings settings = Environments.parse(Environments.standalone(variable, " it's "));
        assertThat(settings.serverSettings()).isEqualTo(Map.of(name, " it's "));
        assertThat(ServerSettings.variable(name)).isEqualToIgnoringCase(variable);
    }

    @Test
    void an_empty_setting_is_none() {
        assertThat(
                        Environments.parse(
                                        Environments.standalone(
                                                "POSTGRES_CONF_archive_command", ""))
                                .serverSettings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a-b", "a.b.c__d__e", "a b", "a\nb", "a$", "ä", "a'"})
    void what_is_no_name_is_refused(String name) {
        assertThat(Environments.errors(Environments.standalone("POSTGRES_CONF_" + name, "1")))
                .singleElement()
                .extracting(Problem::rule)
                .isEqualTo("is not the name of a server setting after POSTGRES_CONF_");
    }

    @ParameterizedTest
    @CsvSource({
        "port, set PGPORT",
        "data_directory, set PGDATA",
        "primary_conninfo, set PRIMARY_HOST and its neighbours",
        "PRIMARY_SLOT_NAME, set REPLICATION_SLOT",
        "config_file, give it as an argument: -c config_file=…",
        "hba_file, give it as an argument: -c hba_file=…",
        "include, 'write it into postgresql.conf, which stays yours'",
        "Include_Dir, 'write it into postgresql.conf, which stays yours'",
        "include_if_exists, 'write it into postgresql.conf, which stays yours'"
    })
    void what_has_a_place_of_its_own_is_refused_with_that_place(String name, String remedy) {
        assertThat(Environments.errors(Environments.standalone("POSTGRES_CONF_" + name, "1")))
                .singleElement()
                .extracting(Problem::remedy)
                .isEqualTo(remedy);
    }

    @Test
    void two_spellings_of_one_setting_are_refused() {
        assertThat(
                        Environments.errors(
                                Environments.standalone(
                                        "POSTGRES_CONF_work_mem", "1MB",
                                        "POSTGRES_CONF_WORK_MEM", "2MB")))
                .singleElement()
                .extracting(Problem::rule)
                .isEqualTo("sets work_mem, which another spelling of it sets too");
    }

    @ParameterizedTest
    @CsvSource({"wal_level, minimal", "max_wal_senders, 0", "max_wal_senders, ' 1 '"})
    void what_replication_needs_is_free_where_nothing_replicates(String name, String value) {
        String variable = "POSTGRES_CONF_" + name;
        assertThat(Environments.problems(Environments.standalone(variable, value))).isEmpty();
        assertThat(Environments.errors(Environments.primary(variable, value)))
                .extracting(Problem::variable)
                .containsExactly(variable);
        assertThat(Environments.errors(Environments.replica(variable, value)))
                .extracting(Problem::variable)
                .containsExactly(variable);
    }

    @Test
    void more_than_replication_needs_is_fine() {
        assertThat(
                        Environments.problems(
                                Environments.primary(
                                        "POSTGRES_CONF_wal_level", "logical",
                                        "POSTGRES_CONF_max_wal_senders", "20")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "off, , false",
        "OFF, , false",
        "no, , false",
        "0, , false",
        "on, , true",
        "anything else, , true",
        ", , true",
        "off, --fsync=on, true",
        ", --fsync=off, false",
        "on, -cfsync=false, false"
    })
    void nothing_is_synced_only_where_the_user_has_switched_fsync_off(
            String variable, String argument, boolean synced) {
        Map<String, String> environment =
                variable == null
                        ? Environments.standalone()
                        : Environments.standalone("POSTGRES_CONF_fsync", variable);
        String[] arguments = argument == null ? new String[0] : new String[] {argument};
        assertThat(Environments.parse(environment, arguments).syncs()).isEqualTo(synced);
    }
}
