package io.pgentrypoint.run;

import io.pgentrypoint.connect.Succession;
import io.pgentrypoint.plan.step.HandOver;
import java.util.concurrent.CompletableFuture;

/// A switchover whose server is being stopped: what the thread that supervises it does next.
///
/// @param ended whether the successor was allowed to take over
record Handing(
        HandOver.AllowSuccessor step, Succession.Key key, CompletableFuture<Boolean> ended) {}
