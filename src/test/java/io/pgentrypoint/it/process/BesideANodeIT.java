package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What root asks beside a node that runs, as `docker exec` does: root steps down to the server's
/// user there, and has fewer rights over that user's processes and files than it is used to.
class BesideANodeIT {

    /// What an engine leaves to root, and less.
    private static final List<String> WITHOUT_RIGHTS =
            List.of("setpriv", "--bounding-set=-all,+chown,+setuid,+setgid,+fowner");

    @Test
    void a_plan_is_that_of_the_next_start_and_takes_no_file_of_the_server_away()
            throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.primary()) {
            Run run = node.made().serve();
            Run.Ended plan = node.under(WITHOUT_RIGHTS, "plan").end();
            assertThat(plan.code()).as(plan.stdout() + plan.stderr()).isZero();
            assertThat(plan.stdout())
                    .startsWith("a server runs on it (process ")
                    .contains("this is what its next start would do")
                    .doesNotContain("postmaster.pid");
            Run.Ended document = node.under(WITHOUT_RIGHTS, "plan", "--format", "json").end();
            assertThat(
                            JsonParser.parseString(document.stdout())
                                    .getAsJsonObject()
                                    .get("running")
                                    .getAsBoolean())
                    .isTrue();
            assertThat(node.under(WITHOUT_RIGHTS, "validate", "--live").end().stdout())
                    .contains("this is what its next start would do");
            assertThat(run.stop().code()).isZero();
            assertThat(node.call("plan").stdout()).doesNotContain("next start");
        }
    }

    @Test
    void root_is_answered_without_capabilities_and_others_are_not() throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            Run.Ended check = node.under(WITHOUT_RIGHTS, "healthcheck").end();
            assertThat(check.stdout()).isEqualTo("healthy\n");
            assertThat(check.code()).isZero();
            assertThat(node.under(WITHOUT_RIGHTS, "status").end().code()).isZero();

            List<String> nobody =
                    List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            Run.Ended refused = node.under(nobody, "healthcheck").end();
            assertThat(refused.stdout())
                    .isEqualTo(
                            "not healthy: the entrypoint hung up; it answers its own user and root,"
                                    + " nobody else\n");
            assertThat(refused.code()).isEqualTo(1);
            Run.Ended order = node.under(nobody, "promote").end();
            assertThat(order.code()).isEqualTo(69);
            assertThat(order.stdout() + order.stderr()).contains("hung up");
            assertThat(run.stop().code()).isZero();
        }
    }

    /// In a place of its own: on this machine others may run nodes.
    @Test
    void where_no_process_runs_a_node_nothing_is_unhealthy() throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            List<String> alone = List.of("unshare", "--pid", "--fork", "--mount-proc");
            Run.Ended check = node.under(alone, "healthcheck").end();
            assertThat(check.stdout()).isEqualTo("healthy: no entrypoint runs here\n");
            assertThat(check.code()).isZero();
            Run run = node.serve();
            Files.delete(node.status());
            Run.Ended unheard = node.call("healthcheck");
            assertThat(unheard.stdout())
                    .isEqualTo("not healthy: no entrypoint runs for port " + node.port + "\n");
            assertThat(unheard.code()).isEqualTo(1);
            assertThat(run.stop().code()).isZero();
        }
    }
}
