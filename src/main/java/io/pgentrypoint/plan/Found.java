package io.pgentrypoint.plan;

import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Upstream;
import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;

/// What was observed, in words.
final class Found {

    private Found() {}

    static String describe(Settings settings, Observed observed) {
        return settings.dataDirectory()
                + " "
                + volume(observed)
                + upstream(observed)
                + store(settings, observed);
    }

    private static String volume(Observed observed) {
        return switch (observed.dataDirectory()) {
            // Root makes a missing one before it looks, and `plan` makes none: one word for both.
            case DataDirectory.Missing(), DataDirectory.Empty() -> "is empty";
            case DataDirectory.Interrupted(var journal) ->
                    "holds an unfinished first boot of ours ("
                            + switch (journal.phase()) {
                                case BUILDING -> "building";
                                case PUBLISHING -> "publishing";
                            }
                            + ")";
            case DataDirectory.Cluster cluster -> cluster(cluster);
            case DataDirectory.OtherMajor(int found) -> "holds PostgreSQL " + found;
            case DataDirectory.Foreign _ -> "holds foreign files";
            case DataDirectory.Damaged _ -> "is damaged";
        };
    }

    private static String cluster(DataDirectory.Cluster cluster) {
        String role =
                switch (cluster.role()) {
                    case PRIMARY -> "a primary";
                    case STANDBY -> "a standby";
                    case STANDBY_WITHOUT_SIGNAL -> "a standby without its standby.signal";
                };
        return "holds "
                + role
                + " (system identifier "
                + cluster.control().systemIdentifier()
                + ", timeline "
                + cluster.control().timeline()
                + ", "
                + cluster.control().state()
                + ")";
    }

    private static String store(Settings settings, Observed observed) {
        if (!(settings.mode() instanceof Mode.Patroni patroni)) {
            return observed.patroni().layout() ? "; it was under Patroni" : "";
        }
        String title = patroni.given().dcs().map(DcsAddress::title).orElse("the DCS");
        String was = observed.patroni().layout() ? "; it is under Patroni" : "";
        return was
                + observed.patroni()
                        .member()
                        .map(member ->
                                switch (member.dcs()) {
                                    case Dcs.Answered answered ->
                                            "; "
                                                    + title
                                                    + " answers ("
                                                    + known(answered, patroni.scope())
                                                    + ")";
                                    case Dcs.Unread _ -> "; " + title + " is left to Patroni";
                                    case Dcs.Unusable unusable ->
                                            "; "
                                                    + title
                                                    + " cannot be used: "
                                                    + unusable.sentence();
                                })
                        .orElse("");
    }

    private static String known(Dcs.Answered answered, String scope) {
        return answered.systemIdentifier()
                        .map(identifier -> scope + " has system identifier " + identifier)
                        .orElse(scope + " is unknown there")
                + answered.leader().map(leader -> ", leader " + leader).orElse(", no leader");
    }

    private static String upstream(Observed observed) {
        return observed.upstream()
                .map(upstream ->
                        switch (upstream) {
                            case Upstream.Answered answered ->
                                    "; the primary answers (system identifier "
                                            + answered.systemIdentifier()
                                            + ", timeline "
                                            + answered.timeline()
                                            + ")";
                            case Upstream.Unusable unusable ->
                                    "; the primary cannot be used: " + unusable.sentence();
                        })
                .orElse("");
    }
}
