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
        return space.directory()
                + " has "
                + Measures.bytes(free)
                + " of "
                + Measures.bytes(space.total())
                + " free, and needs "
                + Measures.bytes(bytes)
                + " ("
                + why
                + ")";
    }

    public String sentence() {
        return sentence(space.free());
    }

    /// With what is free at this moment.
    public String sentenceNow() {
        return sentence(space.freeNow());
    }
}
