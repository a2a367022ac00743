package io.pgentrypoint.plan.step;

import java.util.List;

/// What a start does. The same settings and the same observation give the same plan, byte for byte.
///
/// @param found what the volume is, in words
/// @param warnings what is worth knowing and stops nothing
public record Plan(
        String mode,
        String found,
        List<String> warnings,
        List<Planned> beforeLaunch,
        NextAction next,
        List<PlannedLive> onceReady) {

    public Plan {
        warnings = List.copyOf(warnings);
        beforeLaunch = List.copyOf(beforeLaunch);
        onceReady = List.copyOf(onceReady);
    }
}
