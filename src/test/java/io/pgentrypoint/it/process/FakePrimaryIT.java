package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.FakeServer;
import io.pgentrypoint.connect.FakeServer.Login;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Somebody answers at the address of the primary, or of a peer, who does not know the password.
class FakePrimaryIT {

    private static final int KNOWS_REQUIRE_AUTH = 16;

    private static String identifier(ProcessNode node) {
        return node.ask("SELECT system_identifier FROM pg_control_system()");
    }

    private static void assertKept(FakeServer fake) {
        // What is not ASCII in it is another text in the fake's record of bytes.
        assertThat(fake.received()).doesNotContain("p'a\"s").doesNotContain("md5");
    }

    @ParameterizedTest
    @EnumSource(names = {"CLEAR_TEXT", "MD5", "SCRAM_WITHOUT_PROOF"})
    void an_empty_replica_gives_nobody_the_password_and_names_the_variable(Login login)
            throws IOException {
        try (FakeServer fake = new FakeServer(login, Map.of());
                ProcessNode replica =
                        ProcessNode.replicaOf(fake.port()).with("PRIMARY_WAIT", "1s").proving()) {
            Run.Ended refused = replica.call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(69);
            assertThat(refused.stderr())
                    .contains("it does not prove that it knows the password")
                    .contains("REPLICATION_REQUIRE_AUTH");
            assertKept(fake);
        }
    }

    @Test
    void a_replica_with_data_does_not_let_its_wal_receiver_give_the_password_away()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            primary.made();
            Run serving = primary.proving().serve();
            // The real one does know it.
            Run following = replica.proving().start();
            following.await("started streaming WAL from primary", 60);
            assertThat(following.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
            try (FakeServer fake = new FakeServer(Login.CLEAR_TEXT, Map.of())) {
                replica.with("PRIMARY_PORT", String.valueOf(fake.port()))
                        .with("PRIMARY_WAIT", "1s");
                Run run = replica.start();
                if (RealCluster.major() < KNOWS_REQUIRE_AUTH) {
                    Run.Ended refused = run.end();
                    assertThat(refused.code()).as(refused.stderr()).isEqualTo(69);
                    assertThat(refused.stderr()).contains("REPLICATION_REQUIRE_AUTH");
                } else {
                    replica.served(run);
                    run.await("could not connect to the primary server", 60);
                    assertThat(run.said()).contains("this node starts read-only");
                    assertThat(run.stop().code()).isZero();
                }
                assertKept(fake);
            }
        }
    }

    @Test
    void a_primary_does_not_come_up_read_only_because_of_a_peer_that_proves_nothing()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary()) {
            Run serving = primary.serve();
            String identifier = identifier(primary);
            assertThat(serving.stop().code()).isZero();
            try (FakeServer fake =
                    new FakeServer(Login.AT_ONCE, FakeServer.primaryOnTimelineThree(identifier))) {
                primary.proving().with("PEER_HOSTS", "127.0.0.1:" + fake.port());
                Run.Ended refused = primary.call();
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(69);
                assertThat(refused.stderr())
                        .contains("it lets this node in without asking for the password")
                        .contains("REPLICATION_REQUIRE_AUTH");
                assertThat(new Layout(primary.data).standbySignal()).doesNotExist();
            }
            Run again = primary.without("PEER_HOSTS").serve();
            assertThat(primary.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(again.stop().code()).isZero();
        }
    }
}
