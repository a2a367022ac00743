package io.pgentrypoint.plan.step;

/// A step on the running server, and the reason for it.
public record PlannedLive(Live step, String because) implements Reasoned {}
