package io.pgentrypoint.plan.step;

/// A step before the server starts, and the reason for it.
public record Planned(BeforeLaunch step, String because) implements Reasoned {}
