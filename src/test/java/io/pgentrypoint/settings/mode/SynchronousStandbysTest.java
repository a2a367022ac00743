package io.pgentrypoint.settings.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.BadValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SynchronousStandbysTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                     | 1 | *",
                "db2                   | 1 | db2",
                "db2, db3              | 1 | db2 db3",
                "2 (db2,db3)           | 2 | db2 db3",
                "FIRST 2 (db2,db3,*)   | 2 | db2 db3 *",
                "any 1(\"db-3\" , 4711) | 1 | db-3 4711",
                "\"first\", \"any\"      | 1 | first any",
                "\"a\"\"b\"              | 1 | a\"b",
                "größe_1$              | 1 | größe_1$"
            })
    void a_value_of_the_server_is_a_number_and_names(String text, int number, String names)
            throws BadValue {
        SynchronousStandbys standbys = SynchronousStandbys.parse(text);
        assertThat(standbys.number()).isEqualTo(number);
        assertThat(standbys.names()).containsExactly(names.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                ",",
                "a,",
                ",a",
                "a b",
                "first",
                "any, a",
                "1 (first)",
                "db-2",
                "any 1",
                "any 1 ()",
                "any (a)",
                "any 0 (a)",
                "99999999999 (a)",
                "first 1 (a",
                "first 1 a)",
                "1 (a))",
                "a (b)",
                "\"any\" 1 (a)",
                "\"a",
                "a;b",
                "1 (a, (b))"
            })
    void what_the_server_would_not_take_is_refused_with_an_example(String text) {
        assertThatThrownBy(() -> SynchronousStandbys.parse(text))
                .isInstanceOfSatisfying(
                        BadValue.class,
                        bad -> {
                            assertThat(bad.rule())
                                    .startsWith("must be a value of synchronous_standby_names: ");
                            assertThat(bad.remedy()).contains("ANY 1 (*)");
                        });
    }

    @Test
    void there_are_enough_when_as_many_stream_as_are_asked_for() throws BadValue {
        SynchronousStandbys two = SynchronousStandbys.parse("ANY 2 (DB2, db3, db4)");
        assertThat(two.areAmong(List.of())).isFalse();
        assertThat(two.areAmong(List.of("db2", "other"))).isFalse();
        assertThat(two.areAmong(List.of("db2", "Db3"))).isTrue();
        // The server counts WAL senders, and names may be used twice.
        assertThat(two.areAmong(List.of("db2", "db2"))).isTrue();
        SynchronousStandbys anybody = SynchronousStandbys.parse("*");
        assertThat(anybody.areAmong(List.of())).isFalse();
        assertThat(anybody.areAmong(List.of("whoever"))).isTrue();
    }
}
