package io.pgentrypoint.kit;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/// Container tests need an engine. Where CI is set a missing one is a failure; on a laptop they are
/// left out, out loud.
public final class EngineRequired implements ExecutionCondition {

    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a Docker engine answers");
        }
        if (!System.getenv().getOrDefault("CI", "").isEmpty()) {
            throw new IllegalStateException(
                    "cannot run the container tests: no Docker engine answers, and CI is set");
        }
        if (!SAID.getAndSet(true)) {
            System.err.println(
                    "CONTAINER TESTS ARE LEFT OUT: no Docker engine answers; docker/engine/up starts"
                            + " one");
        }
        return ConditionEvaluationResult.disabled("no Docker engine answers");
    }
}
