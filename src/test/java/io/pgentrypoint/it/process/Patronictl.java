package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Patroni's own command, with the configuration of a member that runs.
final class Patronictl {

    private Patronictl() {}

    static String run(ProcessNode member, String... words) {
        Path configuration = Path.of("/var/run/postgresql/entrypoint-patroni-" + member.port);
        List<String> argv =
                new ArrayList<>(List.of("/usr/bin/patronictl", "-c", configuration.toString()));
        argv.addAll(List.of(words));
        Run.Ended ended =
                Run.start(
                                argv,
                                Map.of(
                                        "PATH",
                                        "/usr/bin:/bin",
                                        "LC_ALL",
                                        "C.UTF-8",
                                        "PATRONI_ETCD3_HOSTS",
                                        member.value("PATRONI_ETCD3_HOSTS")))
                        .end();
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
        return ended.stdout() + ended.stderr();
    }

    /// The same by the member's REST API, for who asks again and again: each run of the program
    /// takes most of a second of processor time. Empty while the member does not answer.
    static String cluster(ProcessNode member) {
        String listens = member.value("PATRONI_RESTAPI_LISTEN");
        String port = listens.substring(listens.lastIndexOf(':'));
        try (InputStream answer =
                URI.create("http://127.0.0.1" + port + "/cluster").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /// @param scope of the cluster, which has another leader now
    static void switchover(ProcessNode member, String scope, String candidate) {
        assertThat(run(member, "switchover", scope, "--candidate", candidate, "--force"))
                .contains("Successfully switched over");
    }
}
