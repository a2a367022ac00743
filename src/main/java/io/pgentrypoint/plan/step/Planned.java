package io.pgentrypoint.plan.step;

/// A step and the reason for it.
public record Planned(Step step, String because) {}
