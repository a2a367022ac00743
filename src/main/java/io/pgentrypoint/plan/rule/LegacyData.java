package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.settings.Layout;
import java.util.List;

/// A cluster where images before PostgreSQL 18 had it, or one that a rejoin has moved aside for a
/// clone which never came. An empty one beside it would look like lost data.
public final class LegacyData {

    private LegacyData() {}

    public static void refuse(Observed observed) {
        if (observed.legacyData().isEmpty()) {
            return;
        }
        List<String> aside =
                observed.legacyData().stream()
                        .filter(place -> place.contains("/" + Layout.STATE_DIRECTORY + "/"))
                        .toList();
        if (!aside.isEmpty()) {
            throw Refusals.recloneNotDone(aside);
        }
        throw Refusals.legacyData(observed.legacyData());
    }
}
