package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.observe.scripts.Scripts;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.plan.mode.ConfigurationSteps;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.MajorUpgrade;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What holds for every cell of the decision table, whatever the environment says and whatever the
/// volume holds.
class PlanPropertyTest {

    private static final int CASES = 3000;

    // Long and of its own alphabet: it cannot be in a text by chance.
    private static final String CANARY = "cAnAry-\u00e9-\u20ac-7f3e91";

    private enum Asked {
        STANDALONE,
        PRIMARY,
        REPLICA
    }

    private record Case(long seed, Settings settings, Observed observed) {
        @Override
        public String toString() {
            return "-Dproperty.seed=" + seed + ": " + observed;
        }
    }

    private static final List<Case> ALL =
            LongStream.range(0, CASES).mapToObj(i -> make(HostileText.FIRST_SEED + i)).toList();

    private static Case make(long seed) {
        RandomGenerator random = new Random(seed);
        Asked asked = one(random, List.of(Asked.values()));
        Settings settings = parse(environment(asked, random), arguments(random));
        Optional<Upstream> upstream =
                asked == Asked.REPLICA ? Optional.of(upstream(random)) : Optional.empty();
        Observed volume = Volumes.holds(volume(settings, random));
        Observed seen =
                upstream.map(answer -> volume.under(answer, Optional.empty())).orElse(volume);
        Observed known = node(random).map(seen::with).orElse(seen);
        return new Case(
                seed,
                settings,
                comparison(volume, upstream, random)
                        .map(known::with)
                        .orElse(known)
                        .with(
                                new Scripts(
                                        scripts("/docker-entrypoint-initdb.d", random),
                                        scripts("/docker-entrypoint-startdb.d", random))));
    }

    /// Only a cluster stands to an upstream, and only to one of the same cluster that answers.
    private static Optional<HistoryComparison> comparison(
            Observed volume, Optional<Upstream> upstream, RandomGenerator random) {
        return volume.dataDirectory() instanceof DataDirectory.Cluster
                        && upstream.orElse(null) instanceof Upstream.Answered answered
                        && answered.systemIdentifier().equals(Volumes.IDENTIFIER)
                        && random.nextInt(8) > 0
                ? Optional.of(one(random, Volumes.comparisons()))
                : Optional.empty();
    }

    private static ScriptDirectory scripts(String directory, RandomGenerator random) {
        Path path = Path.of(directory);
        Script script =
                new Script(
                        path.resolve(HostileText.oneLine(random).replace('/', '_') + ".sql"),
                        one(random, List.of(Script.Use.SQL, Script.Use.RUN, Script.Use.IGNORE)),
                        Optional.empty());
        return random.nextInt(4) == 0
                ? new ScriptDirectory(path, List.of(script), Optional.empty())
                : ScriptDirectory.none(path);
    }

    private static <T> T one(RandomGenerator random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static Map<String, String> environment(Asked asked, RandomGenerator random) {
        Map<String, String> environment =
                switch (asked) {
                    case STANDALONE -> Environments.standalone();
                    case PRIMARY -> Environments.primary();
                    case REPLICA -> Environments.replica();
                };
        if (asked != Asked.STANDALONE) {
            environment.put("REPLICATION_PASSWORD", CANARY + HostileText.oneLine(random));
        }
        maybe(random, environment, "POSTGRES_PASSWORD", CANARY + HostileText.oneLine(random));
        maybe(random, environment, "POSTGRES_HOST_AUTH_METHOD", "trust");
        maybe(random, environment, "POSTGRES_DB", "my db");
        maybe(random, environment, "POSTGRES_INITDB_WALDIR", "/wal/pg_wal");
        maybe(random, environment, "POSTGRES_INITDB_ARGS", "--data-checksums");
        maybe(random, environment, "POSTGRES_CONF_work_mem", "64MB");
        maybe(random, environment, "POSTGRES_CONF_log_line_prefix", HostileText.any(random));
        if (asked == Asked.REPLICA) {
            maybe(random, environment, "REPLICATION_SLOT", "auto");
            maybe(random, environment, "REJOIN", one(random, List.of("rewind", "reclone")));
        }
        return environment;
    }

    private static void maybe(
            RandomGenerator random, Map<String, String> environment, String name, String value) {
        if (random.nextBoolean()) {
            environment.put(name, value);
        }
    }

    private static Optional<NodeState> node(RandomGenerator random) {
        NodeState replica = NodeState.of(NodeState.Role.REPLICA).replica("r 1", Optional.of("r_1"));
        return one(
                random,
                List.of(
                        Optional.empty(),
                        Optional.of(NodeState.of(NodeState.Role.PRIMARY)),
                        Optional.of(replica),
                        Optional.of(replica.promoting(1)),
                        Optional.of(
                                replica.promoted(
                                        NodeState.Role.PRIMARY,
                                        new NodeState.Promotion(1, 2, "0/3000148", "then")))));
    }

    private static String[] arguments(RandomGenerator random) {
        return one(
                random,
                List.of(
                        new String[0],
                        new String[] {"-c", "max_connections=50"},
                        new String[] {"-c", "config_file=/etc/postgresql.conf"},
                        new String[] {"-c", "hba_file=/etc/pg_hba.conf"},
                        new String[] {"-c", "log_line_prefix=" + HostileText.oneLine(random)}));
    }

    private static Upstream upstream(RandomGenerator random) {
        return one(
                random,
                List.of(
                        Volumes.answers(),
                        Volumes.answers(Map.of("max_connections", 300)),
                        Volumes.answersAs(Volumes.OTHER_IDENTIFIER, Volumes.MAJOR),
                        Volumes.answersAs(Volumes.IDENTIFIER, 14),
                        Volumes.refuses(),
                        new Upstream.Unusable(
                                one(random, List.of(Upstream.Reason.values())), "said nothing")));
    }

    private static DataDirectory volume(Settings settings, RandomGenerator random) {
        return one(
                random,
                List.of(
                        new DataDirectory.Missing(),
                        new DataDirectory.Empty(),
                        Volumes.building(Optional.of(Path.of("/wal/pg_wal"))),
                        Volumes.publishing(),
                        Volumes.moved(Journal.OnRestart.ROLL_BACK),
                        Volumes.moved(Journal.OnRestart.REFUSE),
                        Volumes.moved(Journal.OnRestart.ROLL_FORWARD),
                        Volumes.primary(files(settings, random)),
                        Volumes.standby(files(settings, random)),
                        Volumes.standbyWithoutSignal(files(settings, random)),
                        new DataDirectory.OtherMajor(9),
                        Volumes.foreign(),
                        Volumes.damaged()));
    }

    private static ManagedFiles files(Settings settings, RandomGenerator random) {
        ManagedFiles written = Volumes.written(settings);
        return new ManagedFiles(
                one(random, List.of(written.settings(), Optional.of("# old\n"), Optional.empty())),
                random.nextBoolean(),
                one(random, List.of(written.hbaBlock(), Optional.of("# old\n"), Optional.empty())),
                one(random, List.of(Set.of(), Set.of("primary_conninfo", "work_mem"))),
                one(
                        random,
                        List.of(
                                written.passFile(),
                                Optional.of(new Secret("*:*:*:*:" + CANARY)),
                                Optional.empty())));
    }

    private static String said(Case tried) {
        try {
            return String.join(
                    "\n", PlanText.lines(Planner.plan(tried.settings(), tried.observed())));
        } catch (Refusal refusal) {
            return refusal.exitCode() + " " + refusal.reason() + "\n" + refusal.remedy();
        }
    }

    private static Optional<Plan> plan(Case tried) {
        try {
            Plan plan = Planner.plan(tried.settings(), tried.observed());
            if (!(plan.next() instanceof NextAction.Refuse)) {
                return Optional.of(plan);
            }
            assertThat(plan.beforeLaunch())
                    .as("%s", tried)
                    .extracting(Planned::step)
                    .hasOnlyElementsOfTypes(
                            Configure.RecordNodeState.class, Build.RemoveStalePid.class);
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }

    @Test
    void no_plan_and_no_refusal_says_a_secret() {
        for (Case tried : ALL) {
            assertThat(said(tried)).as("%s", tried).doesNotContain(CANARY);
            plan(tried)
                    .ifPresent(plan ->
                            assertThat(plan.toString()).as("%s", tried).doesNotContain(CANARY));
        }
    }

    @Test
    void the_same_settings_and_observation_give_the_same_text() {
        for (Case tried : ALL) {
            Case again = make(tried.seed());
            assertThat(said(again)).as("%s", tried).isEqualTo(said(tried));
        }
    }

    @Test
    void a_text_has_no_line_that_a_value_added() {
        for (Case tried : ALL) {
            plan(tried)
                    .ifPresent(plan ->
                            assertThat(PlanText.lines(plan))
                                    .as("%s", tried)
                                    .noneMatch(line -> line.contains("\n") || line.contains("\r")));
        }
    }

    @Test
    void on_a_complete_cluster_only_our_own_files_are_touched_before_the_launch() {
        Map<Asked, Integer> seen = new EnumMap<>(Asked.class);
        for (Case tried : ALL) {
            Optional<Plan> plan = plan(tried);
            if (tried.observed().dataDirectory() instanceof DataDirectory.Cluster
                    && plan.isPresent()) {
                switch (plan.get().next()) {
                    case NextAction.Replan _, NextAction.Become _, NextAction.Refuse _ -> {
                        continue;
                    }
                    case NextAction.Launch _ -> {}
                }
                plan.get().beforeLaunch().forEach(planned -> assertHarmless(tried, planned.step()));
                seen.merge(asked(tried.settings()), 1, Integer::sum);
            }
        }
        assertThat(seen).hasSize(3).allSatisfy((_, count) -> assertThat(count).isGreaterThan(30));
    }

    private static boolean promotes(Plan plan) {
        return plan.beforeLaunch().stream()
                .anyMatch(planned -> planned.step() instanceof Promote.PromoteStandby);
    }

    private static Asked asked(Settings settings) {
        return switch (settings.mode()) {
            case Mode.Standalone _ -> Asked.STANDALONE;
            case Mode.NativePrimary _ -> Asked.PRIMARY;
            case Mode.NativeReplica _ -> Asked.REPLICA;
            case Mode.NativeAuto _, Mode.Patroni _ ->
                    throw new AssertionError("no case of this test asks for it");
        };
    }

    /// Nothing that makes, moves or removes a cluster, and nothing outside its directory.
    private static void assertHarmless(Case tried, BeforeLaunch step) {
        Layout layout = new Layout(tried.settings().dataDirectory());
        Layout touched =
                switch (step) {
                    case Configure.WriteSettings(Layout target, _) -> target;
                    case Configure.IncludeSettings(Layout target) -> target;
                    case Configure.WriteHbaBlock(Layout target, _) -> target;
                    case Configure.TakeBackFiles(Layout target) -> target;
                    case Configure.WritePassFile(Layout target, _) -> target;
                    case Configure.WriteTlsPair(Layout target, _) -> target;
                    case Configure.MakeSelfSigned(Layout target, _) -> target;
                    case Configure.WriteClientAuthorities(Layout target, _) -> target;
                    case Configure.RemoveTlsFiles(Layout target) -> target;
                    case Configure.RemoveAutoSettings(Layout target, Set<String> names) -> {
                        assertThat(names).isSubsetOf(ConfigurationSteps.STANDBY_SETTINGS);
                        yield target;
                    }
                    case Follow.MarkStandby(Layout target) -> target;
                    case Configure.CheckServerSettings(Layout target, _) -> target;
                    case Configure.CreateSlot _ -> layout;
                    case Build.AddConfigurationFiles(Layout target, Set<String> names, _) -> {
                        assertThat(names).isSubsetOf(ManagedFiles.CONFIGURATION);
                        yield target;
                    }
                    case Build.MakeDirectories(Layout target, _) -> target;
                    case Configure.RecordNodeState(Layout target, _) -> target;
                    case Configure.MarkRestored(Layout target) -> target;
                    case Promote.PromoteStandby promote -> promote.layout();
                    case Promote.RecordPromotion(Layout target, _, _) -> target;
                    case Build.RemoveStalePid(Layout target) -> target;
                    case Build.AwaitFreeSpace _ -> layout;
                    case OnPrivateServer.StartServerForScripts start -> {
                        assertThat(start.newCluster()).as("%s", tried).isFalse();
                        yield start.layout();
                    }
                    case OnPrivateServer.RunScripts(ScriptDirectory directory) -> {
                        assertThat(directory)
                                .as("%s", tried)
                                .isEqualTo(tried.observed().scripts().start());
                        yield layout;
                    }
                    case OnPrivateServer.StopBootstrapServer(Layout target) -> target;
                    case Build.DiscardUnfinished _,
                            Build.OpenStaging _,
                            Build.InitializeDatabase _,
                            Build.AppendHostRule _,
                            OnPrivateServer.StartBootstrapServer _,
                            OnPrivateServer.StartPrivateServer _,
                            OnPrivateServer.SetSuperuserPassword _,
                            OnPrivateServer.CreateDatabase _,
                            OnPrivateServer.EnsureReplicationRole _,
                            Build.PutInPlace _,
                            Build.FinishFirstBoot _,
                            Build.Publish _,
                            Follow.AwaitPrimary _,
                            Follow.AwaitNodes _,
                            Follow.CloneFromPrimary _,
                            Follow.AwaitCheckpoint _,
                            Relocate.MoveToStaging _,
                            Follow.Rewind _,
                            Relocate.PublishRewound _,
                            Relocate.MoveAside _,
                            Relocate.MoveUnfinishedAside _,
                            Relocate.PutBack _,
                            Promote.AwaitReplay _,
                            Promote.PromoteRunning _,
                            UnderPatroni.AwaitDcs _,
                            Build.RemoveStateDirectory _,
                            Configure.WritePatroniFiles _,
                            UnderPatroni.CheckPatroni _,
                            UnderPatroni.LeavePatroni _,
                            MajorUpgrade _,
                            OnPrivateServer.UpdateExtensions _,
                            OnPrivateServer.EstimateStatistics _,
                            OnPrivateServer.CreateCitus _ ->
                            throw new AssertionError(tried + " plans " + step);
                };
        assertThat(touched).as("%s", tried).isEqualTo(layout);
    }

    @Test
    void a_former_standby_is_promoted_or_refused_and_never_launched_as_anything_else() {
        for (Case tried : ALL) {
            if (tried.observed().dataDirectory() instanceof DataDirectory.Cluster cluster
                    && cluster.role() != DataDirectory.Role.PRIMARY
                    && !(tried.settings().mode() instanceof Mode.NativeReplica)) {
                boolean known =
                        cluster.role() == DataDirectory.Role.STANDBY
                                || tried.observed()
                                        .node()
                                        .flatMap(NodeState::promotingFrom)
                                        .isPresent();
                assertThat(plan(tried).isPresent()).as("%s", tried).isEqualTo(known);
                plan(tried)
                        .ifPresent(plan -> {
                            assertThat(promotes(plan)).as("%s", tried).isTrue();
                            assertThat(plan.next()).isInstanceOf(NextAction.Replan.class);
                        });
            }
        }
    }

    private static boolean refuses(Case tried) {
        return tried.settings().mode() instanceof Mode.NativeReplica replica
                && replica.rejoin() == io.pgentrypoint.settings.mode.Rejoin.REFUSE;
    }

    @Test
    void nothing_that_was_there_is_moved_without_consent() {
        for (Case tried : ALL) {
            plan(tried)
                    .ifPresent(plan -> {
                        boolean moves =
                                plan.beforeLaunch().stream()
                                        .anyMatch(planned ->
                                                planned.step() instanceof Relocate.MoveToStaging
                                                        || planned.step() instanceof Follow.Rewind
                                                        || planned.step()
                                                                instanceof Relocate.MoveAside
                                                        || planned.step()
                                                                instanceof
                                                                Relocate.MoveUnfinishedAside);
                        assertThat(moves && refuses(tried)).as("%s", tried).isFalse();
                    });
        }
    }

    @Test
    void only_a_cluster_whose_history_the_upstream_has_is_launched_as_its_replica() {
        int launched = 0;
        for (Case tried : ALL) {
            Optional<Plan> plan = plan(tried);
            if (tried.observed().comparison().isEmpty()
                    || plan.isEmpty()
                    || plan.get().next() instanceof NextAction.Replan) {
                continue;
            }
            launched++;
            HistoryComparison comparison = tried.observed().comparison().get();
            assertThat(comparison.ancestry())
                    .as("%s", tried)
                    .matches(ancestry ->
                            switch (ancestry) {
                                case Ancestry.Follows _ -> true;
                                case Ancestry.Ahead _, Ancestry.UpstreamBehind _ ->
                                        comparison.cascading();
                                case Ancestry.Unknown unknown -> unknown.sameTimeline();
                                case Ancestry.Diverged _, Ancestry.OtherCluster _ -> false;
                            });
        }
        assertThat(launched).isGreaterThan(20);
    }

    @Test
    void what_was_half_rewound_is_never_started_discarded_or_published() {
        int seen = 0;
        for (Case tried : ALL) {
            if (tried.observed().dataDirectory() instanceof DataDirectory.Interrupted(var journal)
                    && journal.onRestart() == Journal.OnRestart.REFUSE) {
                seen++;
                plan(tried)
                        .ifPresent(plan ->
                                assertThat(plan.beforeLaunch())
                                        .as("%s", tried)
                                        .extracting(Planned::step)
                                        .hasOnlyElementsOfTypes(
                                                Relocate.MoveUnfinishedAside.class,
                                                Follow.AwaitPrimary.class));
            }
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void what_was_rewound_is_published_in_every_mode() {
        int seen = 0;
        for (Case tried : ALL) {
            if (tried.observed().dataDirectory() instanceof DataDirectory.Interrupted(var journal)
                    && journal.onRestart() == Journal.OnRestart.ROLL_FORWARD
                    && journal.relocation().purpose() == Relocation.Purpose.REWIND) {
                seen++;
                assertThat(plan(tried).orElseThrow().beforeLaunch())
                        .as("%s", tried)
                        .extracting(Planned::step)
                        .hasOnlyElementsOfTypes(
                                Configure.RecordNodeState.class, Relocate.PublishRewound.class)
                        .last()
                        .isInstanceOf(Relocate.PublishRewound.class);
            }
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void a_cluster_without_its_standby_signal_gets_it_before_the_launch() {
        for (Case tried : ALL) {
            if (tried.observed().dataDirectory() instanceof DataDirectory.Cluster cluster
                    && cluster.role() == DataDirectory.Role.STANDBY_WITHOUT_SIGNAL) {
                plan(tried)
                        .filter(plan -> plan.next() instanceof NextAction.Launch)
                        .ifPresent(plan ->
                                assertThat(plan.beforeLaunch())
                                        .as("%s", tried)
                                        .anyMatch(planned ->
                                                planned.step() instanceof Follow.MarkStandby));
            }
        }
    }
}
