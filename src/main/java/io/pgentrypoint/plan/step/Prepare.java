package io.pgentrypoint.plan.step;

/// Makes the volume what this node needs. A running server's reload never does that.
public sealed interface Prepare extends BeforeLaunch
        permits Build, Relocate, Follow, Promote, OnPrivateServer, UnderPatroni, MajorUpgrade {}
