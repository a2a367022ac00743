package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CitusStandingTest {

    private final CitusStanding comparison = new CitusStanding();

    @Test
    void a_node_is_not_registered_before_its_coordinator_has_said_so() {
        assertThat(comparison.missing()).contains("is not registered in its Citus cluster yet");
        comparison.unanswered("coordinator co:5432: unknown host");
        assertThat(comparison.missing())
                .contains(
                        "is not registered in its Citus cluster yet: coordinator co:5432: unknown"
                                + " host");
        comparison.registered();
        assertThat(comparison.missing()).isEmpty();
    }

    @Test
    void a_coordinator_that_is_away_later_takes_no_registration_back() {
        comparison.registered();
        comparison.unanswered("coordinator co:5432: connection refused");
        assertThat(comparison.missing()).isEmpty();
    }

    @Test
    void a_coordinator_that_has_removed_the_node_does() {
        comparison.registered();
        comparison.denied("it has no such group");
        assertThat(comparison.missing())
                .hasValueSatisfying(why -> assertThat(why).endsWith("group"));
    }
}
