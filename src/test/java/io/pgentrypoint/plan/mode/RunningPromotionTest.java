package io.pgentrypoint.plan.mode;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.Golden;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.plan.Peers;
import io.pgentrypoint.plan.Volumes;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `promote` is told, and what it then does: one file a case.
class RunningPromotionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final StandbyState STREAMS =
            new StandbyState(
                    true,
                    1,
                    Optional.of("0/3000148"),
                    Optional.of("0/3000148"),
                    Optional.of("0/3000148"),
                    0,
                    "streaming",
                    Optional.of(0.25),
                    false);
    private static final StandbyState LEFT =
            new StandbyState(
                    true,
                    1,
                    Optional.of("0/5000000"),
                    Optional.of("0/3000148"),
                    Optional.empty(),
                    33_553_080,
                    "none",
                    Optional.empty(),
                    false);

    private static Settings replica(String... pairs) {
        return parse(Environments.replica(pairs));
    }

    private static String text(
            Settings settings, Observed observed, StandbyState state, boolean evenIf) {
        List<String> lines = new ArrayList<>();
        if (settings.mode() instanceof Mode.NativeReplica mode) {
            lines.addAll(RunningPromotion.comparison(mode, state));
        }
        try {
            lines.addAll(
                    PlanText.lines(
                            RunningPromotion.plan(settings, observed, state, evenIf, TIMEOUT)));
        } catch (Refusal refusal) {
            lines.add("refused with " + refusal.exitCode() + ": " + refusal.reason());
            lines.add("  " + refusal.remedy());
        }
        return String.join("\n", lines) + "\n";
    }

    private static Observed volume(Settings settings, Upstream upstream) {
        return Volumes.remembering(
                Volumes.with(upstream, Volumes.standby(Volumes.written(settings))),
                Volumes.recorded(settings));
    }

    @Test
    void a_primary_that_is_gone_is_replaced() {
        Settings slotted = replica("REPLICATION_SLOT", "auto");
        Golden.matches(
                "promote/primary-gone.txt",
                text(slotted, volume(slotted, Volumes.refuses()), LEFT, false));
    }

    @Test
    void a_primary_that_streams_is_not() {
        Golden.matches(
                "promote/primary-streams.txt",
                text(replica(), volume(replica(), Volumes.refuses()), STREAMS, false));
    }

    @Test
    void a_primary_that_answers_is_not() {
        Golden.matches(
                "promote/primary-answers.txt",
                text(replica(), volume(replica(), Volumes.answers()), LEFT, false));
    }

    @Test
    void unless_somebody_says_so() {
        Golden.matches(
                "promote/primary-answers-and-consent.txt",
                text(replica(), volume(replica(), Volumes.answers()), STREAMS, true));
    }

    /// `db1` is the upstream and down; `db2` is asked as a peer.
    private static String besides(boolean evenIf, Function<UpstreamServer, Peer> db2) {
        Settings settings = replica("PEER_HOSTS", "db1,db2");
        List<UpstreamServer> peers = ((Mode.NativeReplica) settings.mode()).peers();
        Observed observed =
                volume(settings, Volumes.refuses())
                        .asked(List.of(Peers.silent(peers.get(0)), db2.apply(peers.get(1))));
        return text(settings, observed, LEFT, evenIf);
    }

    @Test
    void a_peer_that_takes_writes_forbids_it() {
        Golden.matches(
                "promote/peer-took-over.txt",
                besides(false, db2 -> Peers.answering(db2, true, 2, Peers.FOLLOWS)));
        Golden.matches(
                "promote/peer-took-over-and-consent.txt",
                besides(true, db2 -> Peers.answering(db2, true, 2, Peers.DIVERGED)));
    }

    @Test
    void a_standby_that_has_received_more_is_the_one_to_promote() {
        Golden.matches(
                "promote/peer-has-more.txt",
                besides(false, db2 -> Peers.answering(db2, false, 1, Peers.FOLLOWS)));
        Golden.matches(
                "promote/peer-has-more-and-consent.txt",
                besides(true, db2 -> Peers.answering(db2, false, 1, Peers.FOLLOWS)));
        Golden.matches(
                "promote/peer-has-less.txt",
                besides(
                        false,
                        db2 ->
                                Peers.answering(
                                        db2,
                                        false,
                                        1,
                                        new Ancestry.Ahead(1, new Lsn(901), new Lsn(900)))));
    }

    @Test
    void a_peer_that_does_not_say_what_it_is_forbids_it_and_one_that_is_not_there_does_not() {
        Golden.matches("promote/peer-unclear.txt", besides(false, Peers::unclear));
        Golden.matches("promote/peer-unclear-and-consent.txt", besides(true, Peers::unclear));
        Golden.matches("promote/peers-down.txt", besides(false, Peers::silent));
        Golden.matches(
                "promote/peer-is-another-cluster.txt", besides(false, Peers::ofAnotherCluster));
        Golden.matches("promote/peer-is-this-node.txt", besides(false, Peer.Itself::new));
    }

    /// An upstream that is a standby itself is judged as the other peers are.
    @Test
    void an_upstream_that_is_a_standby_is_no_primary_that_lives_where_the_primary_is_a_peer_too() {
        Settings settings = replica("PEER_HOSTS", "db1,db2");
        List<UpstreamServer> peers = ((Mode.NativeReplica) settings.mode()).peers();
        Ancestry level = new Ancestry.Follows(1, new Lsn(900));
        Observed observed = volume(settings, Volumes.answers());
        Peer down = Peers.silent(peers.get(1));
        Golden.matches(
                "promote/upstream-is-a-standby.txt",
                text(
                        settings,
                        observed.asked(
                                List.of(Peers.answering(peers.get(0), false, 1, level), down)),
                        STREAMS,
                        false));
        Golden.matches(
                "promote/upstream-is-a-standby-of-somebody.txt",
                text(
                        settings,
                        observed.asked(
                                List.of(
                                        Peers.answering(peers.get(0), false, 1, level),
                                        new Peer.Itself(peers.get(1)))),
                        STREAMS,
                        false));
        Golden.matches(
                "promote/upstream-is-a-primary.txt",
                text(
                        settings,
                        observed.asked(
                                List.of(Peers.answering(peers.get(0), true, 1, level), down)),
                        STREAMS,
                        false));
    }

    @Test
    void replay_that_is_held_is_not_waited_for_and_auto_settings_go() {
        ManagedFiles written = Volumes.written(replica());
        ManagedFiles files =
                new ManagedFiles(
                        written.settings(),
                        true,
                        written.hbaBlock(),
                        Set.of("primary_conninfo", "work_mem"),
                        written.passFile());
        StandbyState held =
                new StandbyState(
                        true,
                        4,
                        Optional.empty(),
                        Optional.of("0/3000148"),
                        Optional.empty(),
                        0,
                        "none",
                        Optional.empty(),
                        true);
        Golden.matches(
                "promote/replay-held.txt",
                text(
                        replica(),
                        Volumes.with(Volumes.refuses(), Volumes.standby(files)),
                        held,
                        false));
    }

    @Test
    void a_primary_is_none_to_promote() {
        Settings primary = parse(Environments.primary());
        StandbyState writes =
                new StandbyState(
                        false,
                        2,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        "none",
                        Optional.empty(),
                        false);
        Golden.matches(
                "promote/no-replica.txt",
                text(
                        primary,
                        Volumes.holds(Volumes.primary(Volumes.written(primary))),
                        writes,
                        false));
    }

    /// No answer is taken for a dead primary only where nobody can be there.
    @ParameterizedTest
    @EnumSource(Reason.class)
    void what_is_no_answer_is_told_from_an_answer_that_says_no(Reason reason) {
        Golden.matches(
                "promote/primary-" + reason.name().toLowerCase(java.util.Locale.ROOT) + ".txt",
                text(
                        replica(),
                        volume(replica(), new Upstream.Unusable(reason, "as it said")),
                        LEFT,
                        false));
    }
}
