package io.pgentrypoint.plan.step;

/// Done before the server starts.
public sealed interface BeforeLaunch extends Step permits Prepare, Configure {}
