package io.pgentrypoint.plan;

import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Journal;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The steps around building a cluster in the staging place: before the first of them the volume is
/// as it was, after the last the cluster is whole, and in between the journal says so.
final class FirstBoot {

    private FirstBoot() {}

    /// A first boot that was killed while it published is finished, not thrown away: part of it is
    /// in its place already.
    static Optional<Plan> finishing(Settings settings, Observed observed) {
        if (!(observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal))
                || journal.phase() != Journal.Phase.PUBLISHING) {
            return Optional.empty();
        }
        return Optional.of(
                new Plan(
                        settings.mode().title(),
                        Found.describe(settings, observed),
                        List.of(),
                        List.of(
                                new Planned(
                                        new Step.Publish(new Layout(settings.dataDirectory())),
                                        "an earlier first boot was whole and ended while it was"
                                                + " published")),
                        new Outlook.LookAgain("the published cluster decides what follows"),
                        List.of()));
    }

    static List<Planned> opening(Settings settings, Observed observed, Optional<Path> wal) {
        Layout layout = new Layout(settings.dataDirectory());
        List<Planned> steps = new ArrayList<>();
        if (observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal)) {
            steps.add(
                    new Planned(
                            new Step.DiscardUnfinished(layout, journal),
                            "an earlier first boot did not end"));
        }
        steps.add(
                new Planned(
                        new Step.OpenStaging(layout, wal),
                        "nothing shows in the data directory before it is whole"));
        return steps;
    }

    static Planned publish(Settings settings) {
        return new Planned(
                new Step.Publish(new Layout(settings.dataDirectory())),
                "every step before succeeded");
    }
}
