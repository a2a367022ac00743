package io.pgentrypoint.observe.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.upstream.Upstream.Reason;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that is none, in the place of an upstream: what the driver trusts it for.
class HostileUpstreamTest {

    @Test
    void a_server_that_answers_as_postgresql_begins_to_is_asked_on() throws IOException {
        assertThat(GarbledServer.ask(GarbledServer.answer())).isInstanceOf(Upstream.Unusable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, Integer.MIN_VALUE})
    void a_length_that_no_value_has_is_no_bug_of_ours(int length) throws IOException {
        assertThat(GarbledServer.ask(GarbledServer.withLength(length)))
                .isInstanceOf(Upstream.Unusable.class);
    }

    @Test
    void rows_that_nobody_announced_are_no_postgresql() throws IOException {
        String answer = GarbledServer.answer();
        String unannounced = answer.replaceFirst("(?s)T\0\0\0.*(?=D\0\0\0)", "");
        assertThat(GarbledServer.ask(unannounced))
                .isInstanceOfSatisfying(
                        Upstream.Unusable.class,
                        unusable ->
                                assertThat(unusable.reason())
                                        .isIn(Reason.NOT_POSTGRESQL, Reason.OTHER));
    }
}
