package io.pgentrypoint.plan.step;

/// A step of a switchover, and the reason for it.
public record PlannedHandOver(HandOver step, String because) implements Reasoned {}
