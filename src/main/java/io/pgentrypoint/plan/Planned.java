package io.pgentrypoint.plan;

/// A step and the reason for it.
public record Planned(Step step, String because) {}
