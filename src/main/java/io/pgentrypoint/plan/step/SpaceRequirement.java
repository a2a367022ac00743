package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.report.Measures;

/// What a file system must have free before a server may start on it.
///
/// @param why what it is for, in words
public record SpaceRequirement(Space space, long bytes, String why) {

    public boolean isMissing() {
        return space.free() < bytes;
    }

    private String sentence(long free) {
        return "%s has %s of %s free, and needs %s (%s)"
                .formatted(
                        space.directory(),
                        Measures.bytes(free),
                        Measures.bytes(space.total()),
                        Measures.bytes(bytes),
                        why);
    }

    public String sentence() {
        return sentence(space.free());
    }

    /// With what is free at this moment.
    public String sentenceNow() {
        return sentence(space.freeNow());
    }
}
