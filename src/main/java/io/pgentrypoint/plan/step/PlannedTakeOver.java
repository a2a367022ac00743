package io.pgentrypoint.plan.step;

/// A step that takes over the volume, and the reason for it.
public record PlannedTakeOver(TakeOver step, String because) implements Reasoned {}
