package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a server that was broken into finds in its container.
@ContainerTest
class HardeningIT {

    private static final String PROGRAM =
            "CREATE TEMP TABLE t(line text); COPY t FROM PROGRAM '%s'; SELECT line FROM t";

    private static ContainerNode node() {
        return new ContainerNode(ContainerNode.MAJOR).withEnv("POSTGRES_PASSWORD", "first-secret");
    }

    @Test
    @DisplayName("PERM-6: no program of the image gives another user's rights")
    void no_program_of_the_image_gives_another_users_rights() {
        try (ContainerNode node =
                node().program("find", "/", "-xdev", "-type", "f", "-perm", "/6000")) {
            assertThat(node.started().awaitExit()).isZero();
            assertThat(node.log()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "postgres"})
    void what_the_server_starts_gains_no_privilege(String user) {
        try (ContainerNode node = node().user(user).started().awaitServer()) {
            assertThat(node.sql(PROGRAM.formatted("grep -c NoNewPrivs:.1 /proc/self/status")))
                    .isEqualTo("1");
            // Its stdin is the lock, a file of the server's user.
            assertThat(node.sql(PROGRAM.formatted("stat -L -c %U /proc/self/fd/0")))
                    .isEqualTo("postgres");
        }
    }
}
