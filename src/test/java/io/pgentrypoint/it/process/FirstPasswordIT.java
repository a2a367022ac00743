package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The superuser's password on a new volume: initdb does not see it.
class FirstPasswordIT {

    private static final String PASSWORD = "p'a\"s\\s-7f3e91";
    private static final String STORED =
            "SELECT rolpassword FROM pg_authid WHERE rolname = current_user";

    private static ProcessNode node() throws IOException {
        // initdb's own rules for 127.0.0.1 ask for nothing.
        return ProcessNode.standalone()
                .with("POSTGRES_PASSWORD", PASSWORD)
                .with("POSTGRES_INITDB_ARGS", "--auth-host=password --no-locale --encoding=UTF8");
    }

    /// By TCP with libpq, which asks for the password.
    private static Run.Ended login(ProcessNode node, String password) {
        return Run.start(
                        List.of(
                                RealCluster.programs().resolve("psql").toString(),
                                "-XAtqw",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(node.port),
                                "-U",
                                "postgres",
                                "-c",
                                STORED),
                        Map.of("PGPASSWORD", password, "LANG", "C.UTF-8"))
                .end();
    }

    private static String stored(ProcessNode node) {
        Run.Ended ended = login(node, PASSWORD);
        assertThat(ended.code()).as(ended.stderr()).isZero();
        assertThat(login(node, "wrong").code()).isEqualTo(2);
        return ended.stdout();
    }

    private static void nothingIsSaid(Run.Ended ended) {
        assertThat(ended.code()).as(ended.stderr()).isZero();
        assertThat(ended.stdout() + ended.stderr())
                .doesNotContain(PASSWORD, "p''a", "7f3e91", "SCRAM-SHA-256$");
    }

    @Test
    @DisplayName("INIT-6: the password lets in by TCP where every login asks for one")
    void the_password_lets_in_by_tcp_where_every_login_asks_for_one() throws IOException {
        try (ProcessNode node =
                node().with(
                                "POSTGRES_INITDB_ARGS",
                                "--auth=scram-sha-256 --no-locale --encoding=UTF8")
                        .with("POSTGRES_CONF_log_statement", "all")
                        .with("POSTGRES_DB", "app")) {
            Run run = node.serve();
            assertThat(stored(node)).startsWith("SCRAM-SHA-256$");
            nothingIsSaid(run.stop());
        }
    }

    @Test
    void scripts_have_the_password_where_every_login_asks_for_one() throws IOException {
        try (ProcessNode node =
                node().with("POSTGRES_INITDB_ARGS", "--auth=md5 --no-locale --encoding=UTF8")) {
            node.initScript("a.sql", "SELECT rolpassword FROM pg_authid WHERE rolpassword <> ''");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stderr()).isZero();
            // initdb writes password_encryption = md5 for that.
            assertThat(ended.stdout()).contains(" md5");
        }
    }

    @Test
    void a_module_that_checks_passwords_sees_a_verifier() throws IOException {
        try (ProcessNode node =
                node().with("POSTGRES_PASSWORD", "postgres1")
                        .with("POSTGRES_CONF_shared_preload_libraries", "passwordcheck")) {
            nothingIsSaid(node.call("init"));
        }
    }

    @Test
    void the_server_says_how_the_password_is_stored() throws IOException {
        try (ProcessNode node = node().with("POSTGRES_CONF_password_encryption", "md5")) {
            Run run = node.serve();
            assertThat(stored(node)).startsWith("md5");
            nothingIsSaid(run.stop());
        }
    }

    @Test
    void a_rule_that_asks_for_scram_gets_a_scram_verifier_all_the_same() throws IOException {
        try (ProcessNode node =
                node().with("POSTGRES_CONF_password_encryption", "md5")
                        .with("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")) {
            Run run = node.serve();
            assertThat(stored(node)).startsWith("SCRAM-SHA-256$");
            nothingIsSaid(run.stop());
        }
    }
}
