package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.config.StandbyMinimums.TooLow;
import io.pgentrypoint.settings.Environments;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandbyMinimumsTest {

    @Test
    void defaults_are_enough_for_a_primary_with_defaults() {
        assertThat(
                        tooLow(
                                Map.of(
                                        "max_connections", 100,
                                        "max_worker_processes", 8,
                                        "max_wal_senders", 10,
                                        "max_prepared_transactions", 0,
                                        "max_locks_per_transaction", 64)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "max_connections, 100",
        "max_worker_processes, 8",
        "max_wal_senders, 10",
        "max_prepared_transactions, 0",
        "max_locks_per_transaction, 64"
    })
    void one_more_than_the_default_is_too_low(String name, int builtIn) {
        assertThat(tooLow(Map.of(name, builtIn + 1)))
                .containsExactly(new TooLow(name, builtIn, builtIn + 1, false));
    }

    @Test
    void nothing_else_is_compared() {
        assertThat(tooLow(Map.of("shared_buffers", 1_000_000, "max_wal_size", 9))).isEmpty();
    }

    /// The server reads 0x and a leading zero as C does.
    @ParameterizedTest
    @CsvSource({"50, 50", "' 50 ', 50", "0x32, 50", "062, 50", "-1, -1", "+7, 7"})
    void numbers_are_read_as_the_server_reads_them(String text, int number) {
        assertThat(
                        StandbyMinimums.tooLow(
                                Environments.parse(
                                        Environments.replica(
                                                "POSTGRES_CONF_max_connections", text)),
                                Map.of("max_connections", 100)))
                .containsExactly(new TooLow("max_connections", number, 100, false));
    }

    @ParameterizedTest
    @CsvSource({"many", "09", "99999999999999999999", "1e2", "#50"})
    void what_is_no_number_is_left_for_the_server_to_refuse(String text) {
        assertThat(
                        StandbyMinimums.tooLow(
                                Environments.parse(
                                        Environments.replica(
                                                "POSTGRES_CONF_max_connections", text)),
                                Map.of("max_connections", 100)))
                .isEmpty();
    }

    @Test
    void an_argument_of_the_server_wins_over_the_file_and_is_told_apart() {
        List<TooLow> found =
                StandbyMinimums.tooLow(
                        Environments.parse(
                                Environments.replica("POSTGRES_CONF_max_connections", "500"),
                                "-c",
                                "max_connections=20"),
                        Map.of("max_connections", 100));
        assertThat(found).containsExactly(new TooLow("max_connections", 20, 100, true));
        assertThat(found.getFirst().sentence())
                .isEqualTo("the argument max_connections=20 is below the primary's 100");
    }

    private static List<TooLow> tooLow(Map<String, Integer> minimums) {
        return StandbyMinimums.tooLow(Environments.parse(Environments.replica()), minimums);
    }
}
