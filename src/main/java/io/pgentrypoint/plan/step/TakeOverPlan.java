package io.pgentrypoint.plan.step;

import java.util.List;

/// What a start does before it may rely on what is in the volume.
///
/// @param user who does it, in words
/// @param warnings what is worth knowing and stops nothing
public record TakeOverPlan(
        String user, List<String> warnings, List<PlannedTakeOver> steps, Next next) {

    public TakeOverPlan {
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
    }

    /// What follows the steps.
    public enum Next {
        /// The steps change who this process is: another plan of this kind follows.
        REPLAN,
        /// What is in the volume decides.
        READ_VOLUME
    }
}
