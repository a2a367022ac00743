package io.pgentrypoint.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// For HEALTHCHECK. Without options the launcher does it without this class.
@Command(
        name = "healthcheck",
        mixinStandardHelpOptions = true,
        description =
                """
                Exit 0 when this node is what the environment asks for (a replica: when \
                it streams), else 1.\
                """)
final class HealthcheckCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return Healthcheck.run();
    }
}
