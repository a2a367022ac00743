package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HealthCheck;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The image's own HEALTHCHECK, which each of its containers inherits.
@ContainerTest
class HealthcheckIT {

    private static ContainerNode node() {
        return new ContainerNode(ContainerNode.MAJOR).withEnv("POSTGRES_PASSWORD", "secret");
    }

    private static ContainerNode.Run check(ContainerNode node) {
        return node.exec("/opt/entrypoint/jre/bin/java", "@/opt/entrypoint/healthcheck.options");
    }

    private static void assertNothingToAsk(ContainerNode node) {
        Eventually.happens(
                "the other program",
                node::log,
                () -> check(node).out().startsWith("healthy: no entrypoint runs here"));
        assertThat(check(node).code()).isZero();
    }

    @Test
    void a_container_of_another_program_is_healthy() {
        try (ContainerNode sidecar = node().withCommand("sleep", "1d");
                ContainerNode own = node().program("bash", "-c", "while sleep 1; do true; done")) {
            assertNothingToAsk(sidecar.started());
            assertNothingToAsk(own.started());
        }
    }

    @Test
    void pid_1_may_be_an_init_program_for_either() {
        try (ContainerNode sidecar =
                        node().withCommand("sleep", "1d").onHost(host -> host.withInit(true));
                ContainerNode node = node().onHost(host -> host.withInit(true))) {
            assertNothingToAsk(sidecar.started());
            node.started().awaitServer();
            Eventually.happens("healthy", node::log, () -> check(node).code() == 0);
            assertThat(check(node).out()).isEqualTo("healthy\n");
            assertThat(node.exec("rm", "/var/run/postgresql/.s.entrypoint.5432").code()).isZero();
            assertThat(check(node).out()).startsWith("not healthy: no entrypoint runs for port");
            assertThat(check(node).code()).isEqualTo(1);
        }
    }

    /// What root keeps here suffices to hand the volume over and step down.
    @Test
    void root_with_few_capabilities_asks_and_plans() {
        try (ContainerNode node =
                node().onHost(host ->
                        host.withCapDrop(Capability.ALL)
                                .withCapAdd(
                                        Capability.CHOWN,
                                        Capability.SETUID,
                                        Capability.SETGID,
                                        Capability.FOWNER))) {
            node.started().awaitServer();
            Eventually.happens("healthy", node::log, () -> check(node).code() == 0);
            assertThat(node.exec("entrypoint", "status").code()).isZero();
            ContainerNode.Run plan = node.exec("entrypoint", "plan");
            assertThat(plan.out())
                    .startsWith("a server runs on it (process ")
                    .doesNotContain("postmaster.pid");
            assertThat(plan.code()).isZero();
            ContainerNode.Run other = node.execAs("nobody", "entrypoint", "status");
            assertThat(other.code()).isEqualTo(69);
            assertThat(other.err()).contains("hung up");
        }
    }

    /// Those of JDK Flight Recorder's events are of a kind that no archive has.
    @Test
    void a_check_takes_all_its_classes_from_the_archive() {
        try (ContainerNode node = node()) {
            node.started().awaitServer();
            Eventually.happens("healthy", node::log, () -> check(node).code() == 0);
            String options = "/opt/entrypoint/healthcheck.options";
            ContainerNode.Run run =
                    node.exec(
                            "bash",
                            "-c",
                            "sed s/^-Xlog:all=.*/-Xlog:class+load:stdout/ %s >/tmp/o && /opt/entrypoint/jre/bin/java @/tmp/o"
                                    .formatted(options));
            assertThat(run.code()).isZero();
            assertThat(run.out().lines().filter(line -> line.contains("[class,load]")))
                    .hasSizeGreaterThan(500)
                    .allMatch(line ->
                            line.contains(" source: shared objects file")
                                    || line.contains("] jdk.internal.event."));
        }
    }

    @Test
    void it_asks_at_the_port_that_any_name_of_the_variable_says() {
        try (ContainerNode node = node().withEnv("POSTGRESQL_PORT_NUMBER", "5433")) {
            node.started();
            String[] test =
                    Optional.ofNullable(
                                    node.getDockerClient()
                                            .inspectImageCmd(node.getDockerImageName())
                                            .exec()
                                            .getConfig())
                            .map(ContainerConfig::getHealthcheck)
                            .map(HealthCheck::getTest)
                            .orElseThrow()
                            .toArray(String[]::new);
            assertThat(test).hasSize(2).startsWith("CMD-SHELL");
            Eventually.happens(
                    "healthy", node::log, () -> node.exec("sh", "-c", test[1]).code() == 0);
            assertThat(node.exec("sh", "-c", test[1]).out()).isEqualTo("healthy\n");
        }
    }
}
