package io.pgentrypoint.plan.rule;

import io.pgentrypoint.config.UpstreamConninfo;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.observe.wal.Loss;
import io.pgentrypoint.plan.rule.HistoryTable.History;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.List;

/// Whether a cluster that was here before may follow the upstream, and what else is to be done.
public final class RejoinRule {

    private final Mode.NativeReplica replica;
    private final Settings settings;
    private final Observed observed;
    private final DataDirectory.Cluster cluster;
    private final HostPort primary;

    public RejoinRule(
            Mode.NativeReplica replica,
            Settings settings,
            Observed observed,
            DataDirectory.Cluster cluster) {
        this.replica = replica;
        this.settings = settings;
        this.observed = observed;
        this.cluster = cluster;
        this.primary = replica.primary();
    }

    /// What follows from how the two stand to each other.
    public sealed interface Decision {

        /// @param warnings what is said of it
        record Follow(List<String> warnings) implements Decision {}

        /// Nothing can be done before the upstream answers.
        record Await(String because) implements Decision {}

        record Rewind(String preview) implements Decision {}

        /// @param place in the state directory
        record MoveAside(String place, String because) implements Decision {}
    }

    public Decision decide() {
        Case found = found();
        return switch (HistoryTable.outcome(found.history(), role(), asked(), replica.rejoin())) {
            case START -> new Decision.Follow(List.of());
            case START_AND_SAY -> new Decision.Follow(List.of(found.warning()));
            case AWAIT -> new Decision.Await(found.because());
            case REWIND -> rewind(found);
            case RECLONE -> movedAside(found);
            case RECLONE_OR_START ->
                    moveAsideBlockers().isEmpty()
                            ? movedAside(found)
                            : new Decision.Follow(
                                    List.of(
                                            """
                                            %s; it starts read-only with what it has and falls \
                                            behind: it cannot be moved aside and cloned anew: \
                                            %s. Remove what stands in the way, or give this \
                                            replica empty volumes\
                                            """
                                                    .formatted(
                                                            found.because(),
                                                            String.join(
                                                                    "; ", moveAsideBlockers()))));
            case REFUSE -> throw unsafe(found.because(), found.remedy());
            case REFUSE_OTHER_CLUSTER ->
                    throw Refusals.otherCluster(found.because(), found.remedy());
        };
    }

    /// How the two stand, and the words for it.
    ///
    /// @param because what was seen
    /// @param remedy where it is refused
    /// @param warning where it starts all the same
    private record Case(History history, String because, String remedy, String warning) {}

    private Case found() {
        return switch (observed.upstream().orElse(null)) {
            case null -> silent("");
            case Upstream.Unusable unusable ->
                    unusable.reason() == Upstream.Reason.UNPROVEN
                            ? unproven(unusable)
                            : silent(unusable.reason().remedy());
            case Upstream.Answered _ ->
                    observed.comparison()
                            .map(this::compared)
                            .orElseGet(() ->
                                    new Case(
                                            History.NOT_COMPARED,
                                            "it runs as a primary",
                                            "set REPLICATION_ROLE=primary, which is what it is now",
                                            ""));
        };
    }

    private Case silent(String remedy) {
        return new Case(
                History.SILENT,
                """
                it was a primary, and only an answer of the primary that it is to follow can \
                tell whether it may\
                """,
                remedy,
                "");
    }

    private Case unproven(Upstream.Unusable unusable) {
        int major = observed.installation().major();
        Case silent = silent(unusable.reason().remedy());
        return UpstreamConninfo.keepsPassword(replica.upstream(), major)
                ? new Case(
                        History.UNPROVEN,
                        silent.because(),
                        silent.remedy(),
                        "%s is not used: %s; this node starts read-only with what it has. %s"
                                .formatted(primary, unusable.sentence(), sentence(silent.remedy())))
                : new Case(
                        History.UNPROVEN_WITH_RISK,
                        wasPrimary()
                                ? silent.because()
                                : "without TLS, PostgreSQL %d sends the password to any server that asks for it at %s"
                                        .formatted(major, primary),
                        silent.remedy(),
                        "");
    }

    private Case compared(HistoryComparison comparison) {
        return switch (comparison.ancestry()) {
            case Ancestry.Follows _ ->
                    comparison
                            .missingWal()
                            .map(this::withoutWal)
                            .orElseGet(() -> new Case(History.CONTAINS_OURS, "", "", ""));
            case Ancestry.Diverged diverged -> parted(comparison, diverged);
            case Ancestry.Ahead ahead -> ahead(ahead);
            case Ancestry.UpstreamBehind behind -> behind(behind);
            case Ancestry.Unknown unknown -> unknown(unknown);
            case Ancestry.OtherCluster(String ours, String theirs) -> {
                Refusal refusal = otherCluster(ours, theirs);
                yield new Case(History.OTHER_CLUSTER, refusal.reason(), refusal.remedy(), "");
            }
        };
    }

    private HistoryTable.Role role() {
        return wasPrimary() ? HistoryTable.Role.FORMER_PRIMARY : HistoryTable.Role.STANDBY;
    }

    private HistoryTable.Asked asked() {
        return observed.comparison().filter(HistoryComparison::cascading).isPresent()
                ? HistoryTable.Asked.STANDBY
                : HistoryTable.Asked.PRIMARY;
    }

    public Refusal otherCluster(String ours, String theirs) {
        return Refusals.otherCluster(settings.dataDirectory(), primary, ours, theirs);
    }

    private Case withoutWal(String said) {
        String gone = "%s no longer has the WAL that comes next here: %s".formatted(primary, said);
        return new Case(
                History.WAL_IS_GONE,
                gone,
                "set REJOIN=reclone to clone it anew%s".formatted(aside()),
                """
                %s; it starts read-only with what it has and falls behind; set \
                REJOIN=reclone to clone it anew%s\
                """
                        .formatted(gone, aside()));
    }

    /// The words are also those of a rewind, which throws the same away.
    private Case parted(HistoryComparison comparison, Ancestry.Diverged diverged) {
        String preview =
                comparison
                        .loss()
                        .orElse(new Loss(diverged.bytes(), 0, List.of(), false))
                        .sentence(diverged);
        return new Case(
                History.PARTED,
                "its history has diverged from the primary's: %s".formatted(preview),
                """
                save what you need of it (start it as a standalone node elsewhere); then \
                set REJOIN=rewind to undo it here, or REJOIN=reclone to clone anew%s; \
                nothing was touched\
                """
                        .formatted(aside()),
                preview);
    }

    private Case ahead(Ancestry.Ahead ahead) {
        String how =
                """
                this node is newer than %s: on the same timeline %s its WAL goes %s \
                further, to %s, and %s is at %s\
                """
                        .formatted(
                                primary,
                                ahead.timeline(),
                                Measures.bytes(ahead.bytes()),
                                ahead.end(),
                                primary,
                                ahead.position());
        return new Case(
                History.ENDS_BEFORE_OURS,
                how,
                """
                check PRIMARY_HOST: the newer of the two should be the primary; to throw \
                away what only this node has, give it an empty volume; nothing was touched\
                """,
                waits(how));
    }

    private Case behind(Ancestry.UpstreamBehind behind) {
        String how =
                """
                this node is newer than %s: it is on timeline %s, and %s was left behind \
                on timeline %s\
                """
                        .formatted(primary, behind.ours(), primary, behind.theirs());
        return new Case(
                History.OLDER_TIMELINE,
                how,
                """
                check PRIMARY_HOST: start the newer of the two as the primary, and the \
                other as its replica; nothing was touched\
                """,
                waits(how));
    }

    private String waits(String how) {
        return "%s; %s is a standby, and may still catch up".formatted(how, primary);
    }

    private Case unknown(Ancestry.Unknown unknown) {
        String why =
                "nobody can tell whether it may follow %s: %s".formatted(primary, unknown.why());
        return new Case(
                unknown.sameTimeline() ? History.UNKNOWN_ON_ONE_TIMELINE : History.UNKNOWN,
                why,
                "start it as what it was, or set REJOIN=reclone to clone it anew%s; nothing was touched"
                        .formatted(aside()),
                "%s; both are on the same timeline".formatted(why));
    }

    private List<String> moveAsideBlockers() {
        return observed.comparison().map(HistoryComparison::moveAsideBlockers).orElse(List.of());
    }

    private Decision rewind(Case parted) {
        List<String> blockers =
                observed.comparison().map(HistoryComparison::rewindBlockers).orElse(List.of());
        if (!blockers.isEmpty()) {
            throw unsafe(
                    "its history has diverged, and it cannot be rewound: %s. %s"
                            .formatted(String.join("; ", blockers), sentence(parted.warning())),
                    "remove what stands in the way, or set REJOIN=reclone to clone it anew%s; nothing was touched"
                            .formatted(aside()));
        }
        return new Decision.Rewind(parted.warning());
    }

    private Decision movedAside(Case found) {
        if (!moveAsideBlockers().isEmpty()) {
            throw unsafe(
                    "it cannot be moved aside and cloned anew: %s. %s"
                            .formatted(
                                    String.join("; ", moveAsideBlockers()),
                                    sentence(found.because())),
                    "remove what stands in the way, or give this replica empty volumes; nothing was touched");
        }
        return new Decision.MoveAside(place(), found.because());
    }

    private boolean wasPrimary() {
        return cluster.role() == DataDirectory.Role.PRIMARY;
    }

    private Refusal unsafe(String why, String remedy) {
        return Refusals.noReplica(settings.dataDirectory(), primary, why, remedy);
    }

    private String aside() {
        return " (what is here now is kept, in %s)"
                .formatted(new Layout(settings.dataDirectory()).stateDirectory());
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }

    /// Readable, and another for each history that is given up.
    private String place() {
        String timeline = "timeline-";
        return switch (observed.comparison().map(HistoryComparison::ancestry).orElse(null)) {
            case Ancestry.Follows(int on, var end) -> timeline + on + at(end.toString());
            case Ancestry.Diverged(int on, _, var end) -> timeline + on + at(end.toString());
            case Ancestry.Ahead(int on, var end, _) -> timeline + on + at(end.toString());
            case Ancestry.UpstreamBehind(int ours, _) -> timeline + ours;
            case Ancestry.OtherCluster _, Ancestry.Unknown _ ->
                    timeline + cluster.control().timeline();
            case null -> timeline + cluster.control().timeline();
        };
    }

    private static String at(String position) {
        return "-at-" + position.replace('/', '-');
    }
}
