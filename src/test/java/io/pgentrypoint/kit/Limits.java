package io.pgentrypoint.kit;

import io.pgentrypoint.CommitSeed;
import java.time.Duration;

/// How much is tried and how long is waited: properties with the values of `make test`. Those of
/// `make soak` are larger.
public final class Limits {

    /// After how many of its writes each kind of start is killed; 0 is after all of them.
    public static final int KILL_POINTS = Integer.getInteger("kill.points", 1);

    /// At how many instants each kind of start is killed.
    public static final int KILL_INSTANTS = Integer.getInteger("kill.instants", 1);

    /// Which writes and instants: others for each commit.
    public static final long KILL_SEED = Long.getLong("kill.seed", CommitSeed.get());

    /// The only kind of start that is killed; empty is each of them.
    public static final String KILL_ONLY = System.getProperty("kill.only", "");

    /// The file with the kills that earlier runs with this seed have made whole, which are not
    /// tried again; empty is none.
    public static final String KILLS_DONE = System.getProperty("kills.done", "");

    /// How many hostile texts each parser gets.
    public static final int FUZZ_INPUTS = Integer.getInteger("fuzz.inputs", 10_000);

    /// Which texts: others for each commit.
    public static final long FUZZ_SEED = Long.getLong("fuzz.seed", CommitSeed.get());

    /// How many random environments are read and written.
    public static final int ENVIRONMENTS = Integer.getInteger("environments", 5_000);

    /// How many steps a walk over three nodes has.
    public static final int WALK_STEPS = Integer.getInteger("walk.steps", 12);

    /// Which steps: others for each commit.
    public static final long WALK_SEED = Long.getLong("walk.seed", CommitSeed.get());

    /// No event that a test waits for takes so long, however busy the machine is.
    public static final Duration WAIT = Duration.ofSeconds(Long.getLong("wait.seconds", 240));

    private Limits() {}
}
