package io.pgentrypoint.plan;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;

/// A cluster where images before PostgreSQL 18 had it. An empty one beside it would look like lost
/// data.
final class OldData {

    private OldData() {}

    static void refuse(Observed observed) {
        if (observed.oldData().isEmpty()) {
            return;
        }
        throw new Refusal(
                ExitCode.DATA,
                "cannot create a cluster beside an older one: "
                        + String.join(", ", observed.oldData()),
                "mount the volume at /var/lib/postgresql; for data of this major version set PGDATA"
                        + " to where it is, for older data upgrade it with pg_upgrade or dump and"
                        + " restore",
                OfficialText.oldData(observed.oldData()));
    }
}
