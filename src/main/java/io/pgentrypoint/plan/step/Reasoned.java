package io.pgentrypoint.plan.step;

/// A step and the reason for it.
public sealed interface Reasoned permits PlannedTakeOver, Planned, PlannedLive, PlannedHandOver {

    Step step();

    String because();
}
