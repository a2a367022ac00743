package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An environment that contradicts itself ends the container with 78 before anything is written.
@ContainerTest
class ConflictsIT {

    private static final Map<String, String> REPLICA =
            Map.of(
                    "HA_MODE", "native",
                    "REPLICATION_ROLE", "replica",
                    "PRIMARY_HOST", "primary",
                    "REPLICATION_PASSWORD", "secret");

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    USE_PATRONI=true              | HA_MODE=native: HA_MODE=native cannot be used with USE_PATRONI=true: only one of them can be active; unset one of them
                    PATRONI_ENABLE=true           | HA_MODE=native: HA_MODE=native cannot be used with USE_PATRONI=true: only one of them can be active; unset one of them
                    USE_CITUS=true                | HA_MODE=native: HA_MODE=native cannot be used with USE_CITUS=true: native replication does not know Citus's nodes; unset one of them
                    REPLICATION_ROLE=leader       | REPLICATION_ROLE=leader: Invalid REPLICATION_ROLE
                    REPLICATION_ROLE=             | REPLICATION_ROLE: Invalid REPLICATION_ROLE
                    PRIMARY_HOST=                 | PRIMARY_HOST: PRIMARY_HOST must be set for replica role
                    REPLICATION_PASSWORD=         | REPLICATION_PASSWORD: must be set with HA_MODE=native; there is no default
                    REPLICATION_PASSWORD_FILE=/x  | REPLICATION_PASSWORD=****: both REPLICATION_PASSWORD and REPLICATION_PASSWORD_FILE are set (but are exclusive); unset one of them
                    PRIMARY_HOST_FILE=/x          | PRIMARY_HOST=primary: both PRIMARY_HOST and PRIMARY_HOST_FILE are set (but are exclusive); unset one of them
                    HA_MODE=automatic             | HA_MODE=automatic:
                    """)
    void is_refused(String change, String problem) {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            String[] changed = change.split("=", -1);
            node.withEnv(REPLICA).withEnv(changed[0], changed[1]).start();
            assertThat(node.awaitExit()).as(node::log).isEqualTo(78);
            assertThat(node.said()).anyMatch(line -> line.startsWith(problem));
            assertThat(node.said()).anyMatch(line -> line.startsWith("cannot start: "));
        }
    }
}
