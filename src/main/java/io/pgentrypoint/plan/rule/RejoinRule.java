package io.pgentrypoint.plan.rule;

import io.pgentrypoint.config.UpstreamConninfo;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.observe.wal.Loss;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.List;

/// Whether a cluster that was here before may follow the upstream, and what else is to be done.
public final class RejoinRule {

    private static final String NOTHING_TOUCHED = "; nothing was touched";

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
        record Follow(List<String> warnings) implements Decision {
            static Follow plainly() {
                return new Follow(List.of());
            }
        }

        /// Nothing can be done before the upstream answers.
        record Await(String because) implements Decision {}

        record Rewind(String preview) implements Decision {}

        /// @param place in the state directory
        record MoveAside(String place, String because) implements Decision {}
    }

    public Decision decide() {
        if (!(observed.upstream().orElse(null) instanceof Upstream.Answered)) {
            return unanswered();
        }
        if (observed.comparison().isEmpty()) {
            // A server that runs is not judged; it follows, or it was promoted meanwhile.
            if (wasPrimary()) {
                throw unsafe(
                        "it runs as a primary",
                        "set REPLICATION_ROLE=primary, which is what it is now");
            }
            return Decision.Follow.plainly();
        }
        HistoryComparison comparison = observed.comparison().get();
        return switch (comparison.ancestry()) {
            case Ancestry.Follows _ ->
                    comparison
                            .missingWal()
                            .map(said -> withoutWal(comparison, said))
                            .orElseGet(Decision.Follow::plainly);
            case Ancestry.Diverged diverged -> diverged(comparison, diverged);
            case Ancestry.Ahead ahead -> ahead(comparison, ahead);
            case Ancestry.UpstreamBehind behind -> behind(comparison, behind);
            case Ancestry.Unknown unknown -> unknown(comparison, unknown);
            case Ancestry.OtherCluster other -> throw otherCluster(other.ours(), other.theirs());
        };
    }

    private Decision unanswered() {
        if (wasPrimary()) {
            return new Decision.Await(
                    """
                    it was a primary, and whether it may follow the primary only that one \
                    can tell\
                    """);
        }
        if (!(observed.upstream().orElse(null) instanceof Upstream.Unusable unusable)
                || unusable.reason() != Upstream.Reason.UNPROVEN) {
            return Decision.Follow.plainly();
        }
        int major = observed.installation().major();
        return UpstreamConninfo.keepsPassword(replica.upstream(), major)
                ? new Decision.Follow(
                        List.of(
                                "%s is not used: %s; this node starts read-only with what it has. %s"
                                        .formatted(
                                                primary,
                                                unusable.sentence(),
                                                sentence(unusable.reason().remedy()))))
                : new Decision.Await(
                        "without TLS, PostgreSQL %d sends the password to any server that asks for it at %s"
                                .formatted(major, primary));
    }

    public Refusal otherCluster(String ours, String theirs) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot follow %s: its system identifier is %s, and %s belongs to %s, \
                another cluster\
                """
                        .formatted(primary, theirs, settings.dataDirectory(), ours),
                "check PRIMARY_HOST, or give this replica an empty volume");
    }

    private Decision withoutWal(HistoryComparison comparison, String said) {
        String gone = primary + " no longer has the WAL that comes next here: " + said;
        return switch (replica.rejoin()) {
            case RECLONE -> {
                if (wasPrimary() || comparison.moveAsideBlockers().isEmpty()) {
                    yield movedAside(comparison, gone);
                }
                // Read-only beats nothing, and a volume that is more than half full is usual.
                yield new Decision.Follow(
                        List.of(
                                """
                                %s; it starts read-only with what it has and falls \
                                behind: it cannot be moved aside and cloned anew: %s. See \
                                to that, or give this replica empty volumes\
                                """
                                        .formatted(
                                                gone,
                                                String.join(
                                                        "; ", comparison.moveAsideBlockers()))));
            }
            case REFUSE, REWIND -> {
                if (wasPrimary()) {
                    throw unsafe(gone, "set REJOIN=reclone to clone it anew" + aside());
                }
                yield new Decision.Follow(
                        List.of(
                                """
                                %s; it starts read-only with what it has and falls \
                                behind; set REJOIN=reclone to clone it anew%s\
                                """
                                        .formatted(gone, aside())));
            }
        };
    }

    private Decision diverged(HistoryComparison comparison, Ancestry.Diverged diverged) {
        String preview =
                comparison
                        .loss()
                        .orElse(new Loss(diverged.bytes(), 0, List.of(), false))
                        .sentence(diverged);
        return switch (replica.rejoin()) {
            case REFUSE ->
                    throw unsafe(
                            "its history has diverged from the primary's: " + preview,
                            """
                            save what you need of it (start it as a standalone node \
                            elsewhere); then set REJOIN=rewind to undo it here, or \
                            REJOIN=reclone to clone anew%s%s\
                            """
                                    .formatted(aside(), NOTHING_TOUCHED));
            case REWIND -> {
                if (!comparison.rewindBlockers().isEmpty()) {
                    throw unsafe(
                            "its history has diverged, and it cannot be rewound: %s. %s"
                                    .formatted(
                                            String.join("; ", comparison.rewindBlockers()),
                                            sentence(preview)),
                            "remove what stands in the way, or set REJOIN=reclone to clone it anew%s%s"
                                    .formatted(aside(), NOTHING_TOUCHED));
                }
                yield new Decision.Rewind(preview);
            }
            case RECLONE -> movedAside(comparison, "its history has diverged: " + preview);
        };
    }

    private Decision movedAside(HistoryComparison comparison, String because) {
        if (!comparison.moveAsideBlockers().isEmpty()) {
            throw unsafe(
                    "it cannot be moved aside and cloned anew: %s. %s"
                            .formatted(
                                    String.join("; ", comparison.moveAsideBlockers()),
                                    sentence(because)),
                    "remove what stands in the way, or give this replica empty volumes"
                            + NOTHING_TOUCHED);
        }
        return new Decision.MoveAside(place(comparison.ancestry()), because);
    }

    private Decision ahead(HistoryComparison comparison, Ancestry.Ahead ahead) {
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
        if (comparison.cascading() && !wasPrimary()) {
            return new Decision.Follow(
                    List.of(how + "; that one is a standby, and is waited for to catch up"));
        }
        throw unsafe(
                how,
                """
                check PRIMARY_HOST: the newer of the two should be the primary; to throw \
                away what only this node has, give it an empty volume%s\
                """
                        .formatted(NOTHING_TOUCHED));
    }

    private Decision behind(HistoryComparison comparison, Ancestry.UpstreamBehind behind) {
        String how =
                """
                this node is newer than %s: it is on timeline %s, and %s was left behind \
                on timeline %s\
                """
                        .formatted(primary, behind.ours(), primary, behind.theirs());
        if (comparison.cascading() && !wasPrimary()) {
            return new Decision.Follow(
                    List.of(how + "; that one is a standby, and is waited for to catch up"));
        }
        throw unsafe(
                how,
                """
                check PRIMARY_HOST: start the newer of the two as the primary, and the \
                other as its replica%s\
                """
                        .formatted(NOTHING_TOUCHED));
    }

    private Decision unknown(HistoryComparison comparison, Ancestry.Unknown unknown) {
        String why = "it cannot be told whether it may follow " + primary + ": " + unknown.why();
        if (replica.rejoin() == io.pgentrypoint.settings.mode.Rejoin.RECLONE
                && comparison.moveAsideBlockers().isEmpty()) {
            return movedAside(comparison, why);
        }
        if (!wasPrimary() && unknown.sameTimeline()) {
            return new Decision.Follow(List.of(why + "; both are on the same timeline"));
        }
        throw unsafe(
                why,
                "start it as what it was, or set REJOIN=reclone to clone it anew%s%s"
                        .formatted(aside(), NOTHING_TOUCHED));
    }

    private boolean wasPrimary() {
        return cluster.role() == DataDirectory.Role.PRIMARY;
    }

    private Refusal unsafe(String why, String remedy) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot start %s as a replica of %s: %s"
                        .formatted(settings.dataDirectory(), primary, why),
                remedy);
    }

    private String aside() {
        return " (what is here now is kept, in %s)"
                .formatted(new Layout(settings.dataDirectory()).stateDirectory());
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }

    /// Readable, and another for each history that is given up.
    private String place(Ancestry ancestry) {
        String timeline = "timeline-";
        return switch (ancestry) {
            case Ancestry.Follows(int on, var end) -> timeline + on + at(end.toString());
            case Ancestry.Diverged(int on, _, var end) -> timeline + on + at(end.toString());
            case Ancestry.Ahead(int on, var end, _) -> timeline + on + at(end.toString());
            case Ancestry.UpstreamBehind(int ours, _) -> timeline + ours;
            case Ancestry.OtherCluster _, Ancestry.Unknown _ ->
                    timeline + cluster.control().timeline();
        };
    }

    private static String at(String position) {
        return "-at-" + position.replace('/', '-');
    }
}
