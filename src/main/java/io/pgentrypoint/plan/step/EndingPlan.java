package io.pgentrypoint.plan.step;

import java.util.List;

/// How an upgrade is ended.
///
/// @param found what the volume is, in words
/// @param steps none where nothing is left to do
/// @param then what follows from them, in words
public record EndingPlan(String found, List<String> warnings, List<Planned> steps, String then) {

    public EndingPlan {
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
    }
}
