package io.pgentrypoint.plan.step;

import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;

/// What a switchover does.
///
/// @param found how the two nodes stand, in words
public record HandOverPlan(
        UpstreamServer successor,
        String found,
        List<String> warnings,
        List<PlannedHandOver> steps) {

    public HandOverPlan {
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
    }
}
