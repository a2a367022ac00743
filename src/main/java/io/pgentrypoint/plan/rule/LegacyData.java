package io.pgentrypoint.plan.rule;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.plan.text.OfficialText;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
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
            throw new Refusal(
                    ExitCode.UNSAFE,
                    """
                    cannot create an empty cluster: the one that was here was moved aside \
                    to be cloned anew, which has not happened; it is in %s\
                    """
                            .formatted(String.join(", ", aside)),
                    """
                    start this node as a replica again, which clones; to go on with what \
                    was moved aside, copy it to a volume of its own; to begin with an \
                    empty database, give this node an empty volume\
                    """);
        }
        throw new Refusal(
                ExitCode.DATA,
                "cannot create a cluster beside an older one: %s"
                        .formatted(String.join(", ", observed.legacyData())),
                """
                mount the volume at /var/lib/postgresql; for data of this major version \
                set PGDATA to where it is, for older data upgrade it with pg_upgrade or \
                dump and restore\
                """,
                OfficialText.legacyData(observed.legacyData()));
    }
}
