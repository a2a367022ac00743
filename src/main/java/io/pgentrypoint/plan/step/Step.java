package io.pgentrypoint.plan.step;

import java.util.List;

/// One effect. It says itself what it does, the executor does it; neither decides anything.
///
/// The families say where a step may be done: before the volume is read, before the server starts,
/// at a reload too, on the running server, or where another node takes its place.
public sealed interface Step permits TakeOver, BeforeLaunch, Live, HandOver {

    /// As an order. Files are named without their directory: the staging directory and the data
    /// directory are named where the plan opens the one and publishes to the other. No secret is
    /// part of it.
    String sentence();

    /// What it consists of, a line each.
    default List<String> details() {
        return List.of();
    }
}
