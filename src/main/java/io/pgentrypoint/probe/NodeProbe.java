package io.pgentrypoint.probe;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.patroni.RestApi;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.ProcessActivity;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// This node as it can be asked. No answer takes longer than [#TIMEOUT], and however many ask, the
/// server is asked once a second at most.
public final class NodeProbe {

    private static final String PAUSED =
            """
            by pg_wal_replay_pause(), or at a recovery target; pg_wal_replay_resume() continues it\
            """;

    static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration KEPT = Duration.ofSeconds(1);

    // "postgres: startup recovering 000000010000000000000005", with cluster_name after the colon.
    private static final Pattern STARTUP_PROCESS =
            Pattern.compile("postgres: (?:.*: )?startup\\b\\s*(.*)");

    private final Progress progress;
    private final Supplier<Optional<Child>> server;
    private final Supplier<Optional<PostmasterFile>> file;
    private final Supplier<Optional<RestApi.Member>> patroni;
    private final Supplier<Optional<Instant>> certificateEnd;
    private final Supplier<Recovery> recovery;
    private final Supplier<Optional<String>> unfinished;
    private final StreamWatch stream;
    private final KnownStandbys standbys;
    private final StartupWatch watch = new StartupWatch();
    private final Lags lags = new Lags(System::nanoTime);
    private final SharedAnswer<Answer> answer;

    /// @param server ours, from when it was started; also after its end
    /// @param file of the running server
    /// @param recovery what is asked of the server now, should it be in recovery
    /// @param unfinished what is still to be done on a primary before it is one, in words
    /// @param stream knows why a standby does not stream
    /// @param standbys that a primary has had
    /// @param patroni what the Patroni of this node says, where there is one
    /// @param certificateEnd when the server's certificate ends, where it is known
    public NodeProbe(
            Progress progress,
            Supplier<Optional<Child>> server,
            Supplier<Optional<PostmasterFile>> file,
            Inquirer inquirer,
            Supplier<Recovery> recovery,
            Supplier<Optional<String>> unfinished,
            StreamWatch stream,
            KnownStandbys standbys,
            Supplier<Optional<RestApi.Member>> patroni,
            Supplier<Optional<Instant>> certificateEnd) {
        this.certificateEnd = certificateEnd;
        this.stream = stream;
        this.standbys = standbys;
        this.progress = progress;
        this.server = server;
        this.file = file;
        this.patroni = patroni;
        this.recovery = recovery;
        this.unfinished = unfinished;
        Answer accepts = new Answer.Failed("the server accepts no connections");
        this.answer =
                new SharedAnswer<>(
                        () -> ready().map(inquirer::ask).orElse(accepts),
                        new Answer.Failed(
                                "the server did not answer within %s s"
                                        .formatted(TIMEOUT.toSeconds())),
                        TIMEOUT,
                        KEPT,
                        new Worker("question", 1));
    }

    private Optional<PostmasterFile> ready() {
        return file.get().filter(PostmasterFile::ready);
    }

    public NodeStatus status() {
        return look().withCertificateEnd(certificateEnd.get());
    }

    private NodeStatus look() {
        if (progress.phase() != Phase.RUNNING) {
            return asPhase();
        }
        Answer got = answer.get();
        // A stop that came meanwhile counts more than what the server said before it.
        if (progress.phase() != Phase.RUNNING) {
            return asPhase();
        }
        return switch (got) {
            case Answer.Failed(String why) ->
                    NodeStatus.notReady(why, progress.now(), Optional.empty());
            case Answer.State(ServerState state) -> {
                Lags.of(state).ifPresent(lags::add);
                yield judged(state)
                        .map(why -> NodeStatus.notReady(why, progress.now(), Optional.of(state)))
                        .orElseGet(() -> NodeStatus.ready(progress.now(), state))
                        .withMissingWal(missingWal(state))
                        .withReplayHeld(replayHeld(state))
                        .withDisconnected(standbys.look(state, Instant.now()));
            }
        };
    }

    private NodeStatus asPhase() {
        Progress.Moment now = progress.now();
        ProcessActivity activity =
                now.phase() == Phase.LAUNCHED ? activity(now.phase()) : ProcessActivity.NONE;
        return NodeStatus.notReady(described(now, activity), now, Optional.empty());
    }

    private Optional<String> judged(ServerState state) {
        return switch (state.position()) {
            case Primary primary ->
                    primary.refusesWrites()
                            ? Optional.of("accepts no writes: default_transaction_read_only is on")
                            : unfinished.get();
            case Standby standby ->
                    switch (recovery.get()) {
                        case MAY_LAST -> Optional.empty();
                        case MUST_STREAM -> follows(standby);
                        case MUST_END -> Optional.of(recovers(standby));
                    };
        };
    }

    /// One that has stopped replaying for good is no better than one that does not stream.
    private Optional<String> follows(Standby standby) {
        if (!standby.streams()) {
            return Optional.of(doesNotStream(standby));
        }
        return standby.replay().paused()
                ? stream.tooLow().map(why -> "cannot go on replaying: " + why)
                : Optional.empty();
    }

    private static String recovers(Standby standby) {
        return standby.replay().paused()
                ? "takes no writes: its recovery is paused; SELECT pg_wal_replay_resume() continues it"
                : "takes no writes: it is being restored (recovery.signal), and that has not ended";
    }

    private String doesNotStream(Standby standby) {
        if (standby.receiver().equals(Standby.UNKNOWN)) {
            return """
            cannot tell whether it streams from its primary: the server refuses our login, and \
            update_process_title is off\
            """;
        }
        return "does not stream from its primary%s%s"
                .formatted(
                        stream.complaint()
                                .map(": %s"::formatted)
                                .orElse("; the server's log says why"),
                        stream.missing().map(_ -> "; %s".formatted(stream.remedy())).orElse(""));
    }

    private Optional<String> missingWal(ServerState state) {
        return switch (state.position()) {
            case Primary _ -> Optional.empty();
            case Standby standby -> standby.streams() ? Optional.empty() : stream.missing();
        };
    }

    private Optional<String> replayHeld(ServerState state) {
        return switch (state.position()) {
            case Primary _ -> Optional.empty();
            case Standby standby ->
                    standby.replay().paused()
                            ? Optional.of("paused: %s".formatted(stream.tooLow().orElse(PAUSED)))
                            : Optional.ofNullable(standby.replay().delay())
                                    .map(delay -> "delayed: recovery_min_apply_delay = " + delay);
        };
    }

    /// The oldest first.
    long[] lags() {
        return lags.oldestFirst();
    }

    Optional<RestApi.Member> patroni() {
        return patroni.get();
    }

    /// This process answers, and its server lives, if it was started.
    boolean alive() {
        return progress.phase() == Phase.HOLDING || server.get().map(Child::alive).orElse(true);
    }

    /// Whether the start makes progress or is over, and a sentence on it.
    record Startup(boolean getsOn, String what) {}

    Startup startup() {
        Progress.Moment now = progress.now();
        if (now.ran() && now.phase() != Phase.HOLDING) {
            return new Startup(true, "started");
        }
        ProcessActivity activity = activity(now.phase());
        boolean getsOn = watch.getsOn(now, activity, Duration.ofNanos(System.nanoTime()));
        String what = described(now, activity);
        return new Startup(
                getsOn,
                getsOn || now.sinceMoved().compareTo(StartupWatch.QUIET) < 0
                        ? what
                        : what + "; nothing has moved for " + Measures.time(now.sinceMoved()));
    }

    /// Before the server is ours, everything that we started; then the process that recovers: the
    /// others of a server have little to do, but all the time.
    private static ProcessActivity activity(Phase phase) {
        return ProcessActivity.ofDescendants(
                phase == Phase.LAUNCHED
                        ? title -> STARTUP_PROCESS.matcher(title).matches()
                        : _ -> true);
    }

    private static String described(Progress.Moment now, ProcessActivity activity) {
        String meaning = now.phase().meaning();
        if (now.phase() == Phase.CLONING && now.total() > 0) {
            return "%s: %s, %s of %s"
                    .formatted(
                            meaning,
                            Measures.share(now.done(), now.total()),
                            Measures.bytes(now.done()),
                            Measures.bytes(now.total()));
        }
        String more = now.phase() == Phase.LAUNCHED ? recovers(activity) : now.detail();
        return more.isEmpty() ? meaning : meaning + ": " + more;
    }

    private static String recovers(ProcessActivity activity) {
        return activity.titles().stream()
                .map(STARTUP_PROCESS::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .findFirst()
                .orElse("");
    }
}
