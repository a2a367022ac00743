package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// POSTGRES_PASSWORD on a volume that has its own.
class PasswordChangeIT {

    private static final String DIFFERS = "POSTGRES_PASSWORD is not the password of postgres";
    private static final String NEW = "n\u00e9w-7f3e91";

    private static ProcessNode existing(String... initdb) throws IOException {
        ProcessNode node = ProcessNode.standalone();
        if (initdb.length > 0) {
            node.with("POSTGRES_INITDB_ARGS", initdb[0]);
        }
        return node.made();
    }

    private static String verifier(ProcessNode node) {
        return node.ask("SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'");
    }

    @Test
    void the_same_password_is_not_worth_a_word() throws IOException {
        try (ProcessNode node = existing()) {
            Run run = node.serve();
            awaitRunning(node);
            assertThat(run.stop().stderr()).doesNotContain(DIFFERS);
        }
    }

    @Test
    void a_database_that_is_only_made_in_an_empty_volume_is_missed_in_words() throws IOException {
        try (ProcessNode node = existing().with("POSTGRES_DB", "my app")) {
            Run run = node.serve();
            run.await("There is no database my app here", 60);
            assertThat(run.said()).contains("by hand (CREATE DATABASE \"my app\")");
            node.sql("CREATE DATABASE \"my app\"");
            assertThat(run.stop().code()).isZero();
            Run again = node.serve();
            awaitRunning(node);
            assertThat(again.stop().stderr()).doesNotContain("There is no database");
        }
    }

    private static void awaitRunning(ProcessNode node) {
        Run.Ended _ = node.awaitHealth(0);
    }

    @Test
    void another_one_is_a_warning_that_says_how_to_apply_it_and_changes_nothing()
            throws IOException {
        try (ProcessNode node = existing()) {
            Run run = node.with("POSTGRES_PASSWORD", NEW).serve();
            String before = verifier(node);
            run.await(DIFFERS, 60);
            assertThat(run.said()).contains("POSTGRES_PASSWORD_SYNC=true");
            assertThat(verifier(node)).isEqualTo(before);
            assertThat(run.stop().stderr()).doesNotContain(NEW, "SCRAM-SHA-256$");
        }
    }

    @Test
    void synchronised_it_is_applied_once_and_no_log_holds_it() throws IOException {
        try (ProcessNode node = existing()) {
            node.with("POSTGRES_PASSWORD", NEW)
                    .with("POSTGRES_PASSWORD_SYNC", "true")
                    .with("POSTGRES_CONF_log_statement", "all");
            Run run = node.serve();
            run.await("The password of postgres is the environment's now", 60);
            String applied = verifier(node);
            assertThat(applied).startsWith("SCRAM-SHA-256$");
            assertThat(run.stop().stderr()).doesNotContain(NEW, "SCRAM-SHA-256$");
            Run again = node.serve();
            awaitRunning(node);
            assertThat(verifier(node)).isEqualTo(applied);
            assertThat(again.stop().stderr()).doesNotContain("environment's now", DIFFERS);
        }
    }

    @Test
    void an_md5_password_is_known_again_and_stays_one_where_the_server_says_so()
            throws IOException {
        try (ProcessNode node = existing().with("POSTGRES_CONF_password_encryption", "md5")) {
            node.with("POSTGRES_PASSWORD", NEW).with("POSTGRES_PASSWORD_SYNC", "true");
            Run run = node.serve();
            run.await("The password of postgres is the environment's now", 60);
            assertThat(verifier(node)).startsWith("md5");
            assertThat(run.stop().code()).isZero();
            Run again = node.serve();
            awaitRunning(node);
            assertThat(again.stop().stderr()).doesNotContain("environment's now", DIFFERS);
        }
    }

    @Test
    void where_the_socket_asks_for_a_password_a_wrong_one_is_a_warning_too() throws IOException {
        try (ProcessNode node = existing("--no-locale --auth=scram-sha-256")) {
            Run run = node.with("POSTGRES_PASSWORD", NEW).start();
            run.await(DIFFERS, 60);
            assertThat(run.said()).contains("on the socket too: change it with ALTER ROLE");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_superuser_that_the_cluster_does_not_have_is_a_warning() throws IOException {
        try (ProcessNode node = existing()) {
            Run run = node.with("POSTGRES_USER", "somebody").start();
            run.await("POSTGRES_USER somebody cannot log in to this cluster", 60);
            assertThat(run.stop().code()).isZero();
        }
    }
}
