package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `/docker-entrypoint-startdb.d`, whose scripts run at each start.
class StartScriptsIT {

    private static final String READY = "database system is ready to accept connections";

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    @Test
    void they_run_at_each_start_before_tcp_is_open_and_after_those_of_the_first()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sql", "create table starts (n int);");
            node.startScript("a.sql", "insert into starts values (1);");
            node.startScript(
                    "b.sh",
                    "psql -Atc \"select 'fsync ' || current_setting('fsync') || ', tcp '"
                            + " || quote_literal(current_setting('listen_addresses'))\"");
            Run first = node.serve();
            assertThat(node.ask("SELECT count(*) FROM starts")).isEqualTo("1");
            assertThat(first.stop().code()).isZero();
            assertThat(first.said()).contains("tcp ''\n");
            assertThat(count(first.said(), READY)).isEqualTo(2);
            Run second = node.serve();
            assertThat(node.ask("SELECT count(*) FROM starts")).isEqualTo("2");
            assertThat(second.stop().code()).isZero();
            assertThat(second.said()).contains("tcp ''\n", "/docker-entrypoint-startdb.d/b.sh\n");
        }
    }

    @Test
    void one_that_fails_stops_the_start_with_its_code_and_leaves_the_data() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Path file = node.startScript("a.sh", "exit 9");
            Run.Ended ended = node.call();
            assertThat(ended.code()).isEqualTo(9);
            assertThat(ended.stderr())
                    .contains("cannot run " + file + ": it ended with code 9")
                    .contains("database system is shut down");
            Files.delete(file);
            Run run = node.serve();
            assertThat(run.said()).doesNotContain("not properly shut down");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_stop_while_they_run_shuts_the_server_down_cleanly() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Path file = node.startScript("a.sh", "echo up >&2", "sleep 600");
            Run run = node.start();
            run.await("up\n", 60);
            Run.Ended ended = run.stop();
            assertThat(ended.code()).isEqualTo(143);
            Files.delete(file);
            Run again = node.serve();
            assertThat(again.said()).doesNotContain("not properly shut down");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void init_leaves_them_to_the_start() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.startScript("a.sql", "select 'started';");
            for (int i = 0; i < 2; i++) {
                Run.Ended ended = node.call("init");
                assertThat(ended.code()).isZero();
                assertThat(ended.stdout()).doesNotContain("started");
            }
        }
    }

    @Test
    void a_reload_leaves_them_alone_and_does_its_own_work() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.startScript("a.sql", "select 'started';");
            Run run = node.serve();
            run.signal("HUP");
            run.await("Reloading the server", 60);
            Run.Ended ended = run.stop();
            assertThat(ended.code()).isZero();
            assertThat(ended.stderr()).doesNotContain("Cannot update the configuration files");
            assertThat(List.of(ended.stdout().split("started", -1))).hasSize(2);
        }
    }

    @Test
    void a_replica_runs_none() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run first = primary.serve();
            replica.startScript("a.sql", "select 'never';");
            Run second = replica.start();
            second.await("started streaming WAL from primary", 60);
            assertThat(second.stop().stdout()).doesNotContain("never");
            assertThat(first.stop().code()).isZero();
        }
    }
}
