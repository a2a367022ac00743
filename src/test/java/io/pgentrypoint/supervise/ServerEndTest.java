package io.pgentrypoint.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.report.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerEndTest {

    @ParameterizedTest
    @ValueSource(strings = {"shut down", "shut down in recovery"})
    void a_stop_with_a_clean_control_file_is_a_success(String state) {
        assertThat(new ServerEnd(0, true, true).judge(state)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"in production", "shutting down", "in archive recovery", "unreadable: why"})
    void any_other_state_is_not_although_the_server_says_0(String state) {
        assertThat(refused(new ServerEnd(0, true, true), state).exitCode()).isEqualTo(1);
    }

    @Test
    void a_server_that_fails_while_it_stops_passes_its_code_on() {
        Refusal refusal = refused(new ServerEnd(3, true, true), "in production");
        assertThat(refusal.exitCode()).isEqualTo(3);
        assertThat(refusal.reason()).contains("\"in production\"");
    }

    @Test
    void an_end_by_itself_passes_the_code_on_whatever_the_control_file_says() {
        Refusal refusal = refused(new ServerEnd(137, false, true), "in production");
        assertThat(refusal.exitCode()).isEqualTo(137);
        assertThat(refusal.reason()).contains("killed");
        assertThat(refused(new ServerEnd(1, false, false), "shut down").exitCode()).isEqualTo(1);
    }

    @Test
    void a_server_that_was_stopped_by_others_is_judged_in_the_same_way() {
        assertThat(new ServerEnd(0, false, true).judge("shut down")).isZero();
        assertThat(refused(new ServerEnd(0, false, true), "in production").exitCode()).isEqualTo(1);
    }

    @Test
    void a_question_to_the_server_that_never_served_ends_with_its_code() {
        assertThat(new ServerEnd(0, false, false).judge("in production")).isZero();
    }

    private static Refusal refused(ServerEnd end, String state) {
        return assertThatExceptionOfType(Refusal.class).isThrownBy(() -> end.judge(state)).actual();
    }
}
