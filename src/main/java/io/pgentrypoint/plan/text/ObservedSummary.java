package io.pgentrypoint.plan.text;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.OldCluster;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.stream.Collectors;

/// What was observed, in words.
public final class ObservedSummary {

    private ObservedSummary() {}

    public static String describe(Settings settings, Observed observed) {
        return "%s %s%s%s%s%s"
                .formatted(
                        settings.dataDirectory(),
                        volume(observed),
                        observed.node()
                                .flatMap(NodeState::promotingFrom)
                                .map(timeline ->
                                        ", and a promotion of it from timeline %s was begun and has not ended"
                                                .formatted(timeline))
                                .orElse(""),
                        upstream(observed),
                        store(settings, observed),
                        nodes(settings, observed));
    }

    private static String nodes(Settings settings, Observed observed) {
        return settings.mode() instanceof Mode.NativeAuto
                ? observed.peers().stream()
                        .map(peer -> "; " + peer.describe())
                        .collect(Collectors.joining())
                : "";
    }

    private static String volume(Observed observed) {
        return switch (observed.dataDirectory()) {
            // Root makes a missing one before it looks, and `plan` makes none: one word for both.
            case DataDirectory.Missing(), DataDirectory.Empty() -> "is empty";
            case DataDirectory.Interrupted(var journal) -> interrupted(journal);
            case DataDirectory.Cluster cluster -> cluster(cluster);
            case DataDirectory.OtherMajor(int found, var old) ->
                    "holds PostgreSQL %s%s"
                            .formatted(found, old.map(ObservedSummary::old).orElse(""));
            case DataDirectory.Foreign _ -> "holds foreign files";
            case DataDirectory.Damaged _ -> "is damaged";
        };
    }

    private static String interrupted(Journal journal) {
        Relocation relocation = journal.relocation();
        if (relocation.upgrade().isPresent()) {
            return "holds an unfinished upgrade of ours from PostgreSQL %s to %s"
                    .formatted(relocation.upgrade().get().from(), relocation.upgrade().get().to());
        }
        String firstBoot = "holds an unfinished first boot of ours (%s)";
        return switch (journal.onRestart()) {
            case DISCARD ->
                    firstBoot.formatted(
                            relocation.proof().isEmpty()
                                    ? "building"
                                    : relocation.entries().isEmpty()
                                            ? "running scripts"
                                            : "discarding");
            case ROLL_FORWARD ->
                    switch (relocation.purpose()) {
                        case FIRST_BOOT, RECLONE -> firstBoot.formatted("publishing");
                        case REWIND -> "holds a cluster that was rewound, on its way back";
                        case UPGRADE -> "holds an unfinished upgrade of ours";
                    };
            case ROLL_BACK -> "holds a cluster that was being moved away";
            case REFUSE -> "holds a cluster that was being rewound";
        };
    }

    private static String old(OldCluster old) {
        return " (system identifier %s, %s%s)"
                .formatted(
                        old.control().systemIdentifier(),
                        old.control().state(),
                        old.answer()
                                .map(answer ->
                                        ", %s of databases, superuser %s, %s"
                                                .formatted(
                                                        Measures.bytes(answer.bytes()),
                                                        answer.superuser(),
                                                        answer.locale().encoding()))
                                .orElse(""));
    }

    private static String cluster(DataDirectory.Cluster cluster) {
        String role =
                switch (cluster.role()) {
                    case PRIMARY -> "a primary";
                    case STANDBY -> "a standby";
                    case STANDBY_WITHOUT_SIGNAL -> "a standby without its standby.signal";
                };
        return "holds %s (system identifier %s, timeline %s, %s)"
                .formatted(
                        role,
                        cluster.control().systemIdentifier(),
                        cluster.control().timeline(),
                        cluster.control().state());
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
                                            "; %s answers (%s)"
                                                    .formatted(
                                                            title,
                                                            known(answered, patroni.scope()));
                                    case Dcs.Unread _ -> "; %s is left to Patroni".formatted(title);
                                    case Dcs.Unusable unusable ->
                                            "; %s cannot be used: %s"
                                                    .formatted(title, unusable.sentence());
                                })
                        .orElse("");
    }

    private static String known(Dcs.Answered answered, String scope) {
        return answered.systemIdentifier()
                        .map(identifier ->
                                "%s has system identifier %s".formatted(scope, identifier))
                        .orElse(scope + " is unknown there")
                + answered.leader().map(leader -> ", leader " + leader).orElse(", no leader");
    }

    private static String upstream(Observed observed) {
        return observed.upstream()
                .map(upstream ->
                        switch (upstream) {
                            case Upstream.Answered answered ->
                                    "; the primary answers (system identifier %s, timeline %s)%s"
                                            .formatted(
                                                    answered.systemIdentifier(),
                                                    answered.timeline(),
                                                    observed.comparison()
                                                            .map(ObservedSummary::comparison)
                                                            .orElse(""));
                            case Upstream.Unusable unusable ->
                                    "; the primary cannot be used: " + unusable.sentence();
                        })
                .orElse("");
    }

    private static String comparison(HistoryComparison comparison) {
        return switch (comparison.ancestry()) {
            case Ancestry.Follows(_, var end) ->
                    "; its history contains ours, which ends at " + end;
            case Ancestry.Diverged(_, var fork, var end) ->
                    "; the two part at %s, and ours ends at %s".formatted(fork, end);
            case Ancestry.Ahead(_, var end, var position) ->
                    "; it is at %s, and ours ends at %s".formatted(position, end);
            case Ancestry.UpstreamBehind _ -> "; its timeline is older than ours";
            case Ancestry.OtherCluster _ -> "; another cluster";
            case Ancestry.Unknown _ -> "; the relation of the two histories is unknown";
        };
    }
}
