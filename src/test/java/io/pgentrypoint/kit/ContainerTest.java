package io.pgentrypoint.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A class of tests that start containers. They run beside each other, methods too; those that
/// share something that only one of them may use at a time lock it (`@ResourceLock`).
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("container")
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(EngineRequired.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public @interface ContainerTest {}
