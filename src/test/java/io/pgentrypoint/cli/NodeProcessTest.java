package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeProcessTest {

    private static final String IMAGE =
            "/opt/entrypoint/jre/bin/java @/opt/entrypoint/java.options /usr/local/bin/";

    private static boolean runsNode(String line) {
        return NodeProcess.runsNode(line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                IMAGE + "entrypoint",
                IMAGE + "entrypoint postgres",
                IMAGE + "docker-entrypoint.sh postgres -c work_mem=8MB",
                IMAGE + "entrypoint run -- -c work_mem=8MB",
                IMAGE + "entrypoint -c work_mem=8MB",
                "/opt/entrypoint/jre/bin/java -Xrs @/opt/entrypoint/java.options /x postgres",
                "java -Xrs -jar /home/me/target/entrypoint.jar run"
            })
    void a_process_that_runs_a_node_is_known_by_its_words(String line) {
        assertThat(runsNode(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sleep infinity",
                "postgres -D /var/lib/postgresql/data",
                "bash -c exec postgres",
                "/sbin/docker-init -- /usr/local/bin/entrypoint pg_dump",
                "/opt/entrypoint/jre/bin/java @/opt/entrypoint/healthcheck.options",
                IMAGE + "entrypoint healthcheck",
                IMAGE + "entrypoint status",
                IMAGE + "entrypoint pg_dump -h db",
                "java -jar /home/me/target/entrypoint.jar healthcheck",
                "java @/opt/entrypoint/java.options"
            })
    void any_other_process_is_none(String line) {
        assertThat(runsNode(line)).isFalse();
    }
}
