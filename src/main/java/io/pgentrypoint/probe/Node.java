package io.pgentrypoint.probe;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.patroni.RestApi;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Effort;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// This node as it can be asked. No answer takes longer than [#PATIENCE], and however many ask, the
/// server is asked once a second at most.
public final class Node {

    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration KEPT = Duration.ofSeconds(1);

    // "postgres: startup recovering 000000010000000000000005", with cluster_name after the colon.
    private static final Pattern STARTUP_PROCESS =
            Pattern.compile("postgres: (?:.*: )?startup\\b\\s*(.*)");

    private final Progress progress;
    private final Supplier<Optional<Child>> server;
    private final Supplier<Optional<PostmasterFile>> file;
    private final Supplier<Optional<RestApi.Member>> patroni;
    private final boolean mustStream;
    private final StreamWatch stream;
    private final StartupWatch watch = new StartupWatch();
    private final SharedAnswer<Answer> answer;

    /// @param server ours, from when it was started; also after its end
    /// @param file of the running server
    /// @param mustStream whether a standby that does not stream is not ready
    /// @param stream knows why a standby does not stream
    /// @param patroni what the Patroni of this node says, where there is one
    public Node(
            Progress progress,
            Supplier<Optional<Child>> server,
            Supplier<Optional<PostmasterFile>> file,
            NodeQuery query,
            boolean mustStream,
            StreamWatch stream,
            Supplier<Optional<RestApi.Member>> patroni) {
        this.stream = stream;
        this.progress = progress;
        this.server = server;
        this.file = file;
        this.patroni = patroni;
        this.mustStream = mustStream;
        Answer accepts = new Answer.Failed("the server accepts no connections");
        this.answer =
                new SharedAnswer<>(
                        () -> reachable().map(query::ask).orElse(accepts),
                        new Answer.Failed(
                                "the server did not answer within " + PATIENCE.toSeconds() + " s"),
                        PATIENCE,
                        KEPT);
    }

    private Optional<LocalServer> reachable() {
        return file.get().filter(PostmasterFile::ready).map(PostmasterFile::server);
    }

    public NodeStatus status() {
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
            case Answer.State(ServerState state) ->
                    judged(state)
                            .map(why ->
                                    NodeStatus.notReady(why, progress.now(), Optional.of(state))
                                            .withMissingWal(missingWal(state)))
                            .orElseGet(() -> NodeStatus.ready(progress.now(), state));
        };
    }

    private NodeStatus asPhase() {
        Progress.Moment now = progress.now();
        Effort effort = now.phase() == Phase.LAUNCHED ? effort(now.phase()) : Effort.NONE;
        return NodeStatus.notReady(described(now, effort), now, Optional.empty());
    }

    private Optional<String> judged(ServerState state) {
        return switch (state.position()) {
            case Primary primary ->
                    primary.writable()
                            ? Optional.empty()
                            : Optional.of("accepts no writes: default_transaction_read_only is on");
            case Standby standby ->
                    standby.streams() || !mustStream
                            ? Optional.empty()
                            : Optional.of(doesNotStream());
        };
    }

    private String doesNotStream() {
        return "does not stream from its primary"
                + stream.complaint().map(said -> ": " + said).orElse("; the server's log says why")
                + (stream.missing().isPresent() ? "; " + stream.remedy() : "");
    }

    private Optional<String> missingWal(ServerState state) {
        return switch (state.position()) {
            case Primary _ -> Optional.empty();
            case Standby standby -> standby.streams() ? Optional.empty() : stream.missing();
        };
    }

    Optional<RestApi.Member> patroni() {
        return patroni.get();
    }

    /// This process answers, and its server lives, if it was started.
    boolean alive() {
        return progress.phase() == Phase.HOLDING || server.get().map(Child::alive).orElse(true);
    }

    /// Whether the start gets on or is over, and a sentence on it.
    record Startup(boolean getsOn, String what) {}

    Startup startup() {
        Progress.Moment now = progress.now();
        if (now.ran() && now.phase() != Phase.HOLDING) {
            return new Startup(true, "started");
        }
        Effort effort = effort(now.phase());
        boolean getsOn = watch.getsOn(now, effort, Duration.ofNanos(System.nanoTime()));
        String what = described(now, effort);
        return new Startup(
                getsOn,
                getsOn || now.sinceMoved().compareTo(StartupWatch.QUIET) < 0
                        ? what
                        : what + "; nothing has moved for " + Measures.time(now.sinceMoved()));
    }

    /// Before the server is ours, everything that we started; then the process that recovers: the
    /// others of a server have little to do, but all the time.
    private static Effort effort(Phase phase) {
        return Effort.ofDescendants(
                phase == Phase.LAUNCHED
                        ? title -> STARTUP_PROCESS.matcher(title).matches()
                        : _ -> true);
    }

    private static String described(Progress.Moment now, Effort effort) {
        String meaning = now.phase().meaning();
        if (now.phase() == Phase.CLONING && now.total() > 0) {
            return meaning
                    + ": "
                    + Measures.share(now.done(), now.total())
                    + ", "
                    + Measures.bytes(now.done())
                    + " of "
                    + Measures.bytes(now.total());
        }
        String more = now.phase() == Phase.LAUNCHED ? recovers(effort) : now.detail();
        return more.isEmpty() ? meaning : meaning + ": " + more;
    }

    private static String recovers(Effort effort) {
        return effort.titles().stream()
                .map(STARTUP_PROCESS::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .findFirst()
                .orElse("");
    }
}
