package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A typo must not be silence, and the variables of others are no typos.
class UnknownNamesTest {

    @ParameterizedTest
    @CsvSource({
        "REPLICATON_ROLE, REPLICATION_ROLE",
        "POSTGRES_PASWORD, POSTGRES_PASSWORD",
        "POSTGRES_PASSWORD_FIEL, POSTGRES_PASSWORD_FILE",
        "PRIMARYHOST, PRIMARY_HOST",
        "HAMODE, HA_MODE",
        "PG_DATA, PGDATA",
        "LOGLEVEL, LOG_LEVEL",
        "USE_PATRONY, USE_PATRONI"
    })
    void a_near_miss_is_told_with_the_name_that_was_meant(String name, String meant) {
        assertThat(Environments.warnings(Environments.standalone(name, "x")))
                .extracting(Problem::sentence)
                .containsExactly(
                        name
                                + ": is not a variable of this image and has no effect here (a script of yours may read it); did you"
                                + " mean "
                                + meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTGRES_MULTIPLE_DATABASES",
                "REPLICATION_TIMEOUT",
                "PRIMARY_SLOT_NAME",
                "HA_CLUSTER",
                "POSTGRES_PORT"
            })
    void a_name_with_one_of_our_prefixes_is_told(String name) {
        assertThat(Environments.warnings(Environments.standalone(name, "5432")))
                .singleElement()
                .extracting(Problem::remedy)
                .isEqualTo("entrypoint variables lists the known ones");
    }

    @ParameterizedTest
    @CsvSource({
        "PATH, /usr/bin",
        "HOME, /root",
        "LANG, en_US.utf8",
        "TZ, UTC",
        "HOSTNAME, x",
        "PG_MAJOR, 17",
        "PG_VERSION, 17.5",
        "PGHOST, db",
        "PGHOSTADDR, 10.0.0.1",
        "PGUSER, x",
        "PGPASSWORD, x",
        "PGDATABASE, x",
        "PGCTLTIMEOUT, 600",
        "PGSSLMODE, require",
        "PATRONI_NAME, x",
        "GOSU_VERSION, 1.17",
        "JAVA_HOME, /java",
        "POSTGRES_SERVICE_HOST, 10.0.0.1",
        "POSTGRES_SERVICE_PORT, 5432",
        "POSTGRES_SERVICE_PORT_PG, 5432",
        "POSTGRES_PORT, tcp://10.0.0.1:5432",
        "POSTGRES_PORT_5432_TCP, tcp://10.0.0.1:5432",
        "POSTGRES_PORT_5432_TCP_ADDR, 10.0.0.1",
        "POSTGRES_PORT_5432_TCP_PORT, 5432",
        "POSTGRES_PORT_5432_TCP_PROTO, tcp"
    })
    void what_others_set_is_left_alone(String name, String value) {
        assertThat(Environments.problems(Environments.standalone(name, value))).isEmpty();
    }

    @Test
    void the_value_of_an_unknown_name_is_not_shown() {
        assertThat(Environments.problems(Environments.standalone("POSTGRES_PASWORD", "s3cret")))
                .singleElement()
                .asString()
                .doesNotContain("s3cret");
    }
}
