package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingForTest {

    @Test
    void sessions_are_counted_and_background_processes_are_not() {
        assertThat(
                        WaitingFor.sentence(
                                List.of(
                                        "postgres: alice app 10.0.0.7(51234) idle",
                                        "postgres: alice app [local] SELECT",
                                        "postgres: bob app fe80::1%eth0(40000) idle in transaction",
                                        "postgres: autovacuum worker app",
                                        "postgres: logical replication launcher",
                                        "postgres: pg_cron launcher",
                                        "postgres: walwriter")))
                .isEqualTo("3 sessions (1 idle)");
    }

    @Test
    void walsenders_say_how_far_they_are() {
        assertThat(
                        WaitingFor.sentence(
                                List.of(
                                        "postgres: walsender replicator 10.0.0.3(43210) streaming"
                                                + " 0/3000148",
                                        "postgres: checkpointer performing shutdown checkpoint")))
                .isEqualTo(
                        "walsender replicator 10.0.0.3(43210) streaming 0/3000148, checkpointer"
                                + " performing shutdown checkpoint");
    }

    @Test
    void a_cluster_name_is_no_activity() {
        assertThat(WaitingFor.sentence(List.of("postgres: main: alice app [local] idle")))
                .isEqualTo("1 session (1 idle)");
    }

    @Test
    void a_server_without_children_is_about_to_end() {
        assertThat(WaitingFor.sentence(List.of())).isEqualTo("the server's own end");
    }
}
