package io.pgentrypoint.cli;

import io.pgentrypoint.observe.postgres.ServerCertificate;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What `doctor` concludes from what other commands observe, each from its own value.
final class NodeChecks {

    private static final String VARIABLES = "variables";
    private static final String SETTINGS = "settings";
    private static final String VOLUME = "next start";
    private static final String SPACE = "free space";
    private static final String MEMORY = "/dev/shm";
    private static final String STOP = "stop time";
    private static final String PEERS = "other nodes";
    private static final String CERTIFICATE = "certificate";

    /// What Docker and Podman wait before they kill, unless told otherwise.
    private static final Duration ENGINE = Duration.ofSeconds(10);

    /// terminationGracePeriodSeconds of a pod that does not set it.
    private static final Duration KUBERNETES = Duration.ofSeconds(30);

    private static final int LEAST_FREE_PERCENT = 10;
    private static final Duration SOON = Duration.ofDays(30);

    private NodeChecks() {}

    static List<Check> variables(List<Problem> problems) {
        List<Check> checks = new ArrayList<>();
        for (Problem problem : problems) {
            String named =
                    problem.value().isEmpty()
                            ? problem.variable()
                            : "%s=%s".formatted(problem.variable(), problem.value());
            String seen = "%s %s".formatted(named, problem.rule());
            checks.add(
                    problem.isError()
                            ? Check.fail(VARIABLES, seen, problem.remedy())
                            : Check.warn(VARIABLES, seen, problem.remedy()));
        }
        if (checks.isEmpty()) {
            checks.add(Check.ok(VARIABLES, "each has a value that it may have"));
        }
        return checks;
    }

    /// @param said by the server's own parser; absent where there is no server
    static List<Check> settings(Optional<List<Problem>> said) {
        if (said.isEmpty()) {
            return List.of(Check.notChecked(SETTINGS, "there is no program postgres here"));
        }
        List<Check> checks = new ArrayList<>();
        said.get()
                .forEach(problem ->
                        checks.add(
                                Check.fail(
                                        SETTINGS,
                                        "%s: %s".formatted(problem.variable(), rule(problem)),
                                        problem.remedy())));
        if (checks.isEmpty()) {
            checks.add(Check.ok(SETTINGS, "the server's own parser takes them"));
        }
        return checks;
    }

    /// Without the value, which the server quotes: nobody knows whether it is a secret.
    private static String rule(Problem problem) {
        return problem.value().isEmpty()
                ? problem.rule()
                : problem.rule().replace(problem.value(), "…");
    }

    static Check refused(Refusal refusal) {
        return Check.fail(VOLUME, refusal.reason(), refusal.remedy());
    }

    /// @param memory what is said of /dev/shm, which has a line of its own
    static List<Check> plan(Plan plan, Optional<String> memory) {
        List<Check> checks = new ArrayList<>();
        checks.add(
                switch (plan.next()) {
                    case NextAction.Refuse(Refusal refusal) -> refused(refusal);
                    case NextAction.Launch _, NextAction.Replan _ ->
                            Check.ok(VOLUME, "%s; %s".formatted(plan.mode(), plan.found()));
                    case NextAction.Become(var mode, String because) ->
                            Check.ok(VOLUME, "%s: %s".formatted(mode.title(), because));
                });
        plan.warnings().stream()
                .filter(warning -> !memory.equals(Optional.of(warning)))
                .forEach(warning -> checks.add(Check.warn(VOLUME, warning, "")));
        return checks;
    }

    static List<Check> space(Volume volume) {
        List<Check> checks =
                new ArrayList<>(
                        Stream.of(volume.data(), volume.wal())
                                .flatMap(Optional::stream)
                                .map(NodeChecks::space)
                                .toList());
        if (checks.isEmpty()) {
            checks.add(Check.notChecked(SPACE, "the file system does not tell its size"));
        }
        return checks;
    }

    private static Check space(Space space) {
        String seen =
                "%s has %s of %s free"
                        .formatted(
                                space.directory(),
                                Measures.bytes(space.free()),
                                Measures.bytes(space.total()));
        return space.free() * 100 < space.total() * LEAST_FREE_PERCENT
                ? Check.warn(
                        SPACE,
                        seen,
                        "enlarge the volume or free space, never by deleting in pg_wal")
                : Check.ok(SPACE, seen);
    }

    static Check memory(Optional<String> warning) {
        return warning.map(seen -> Check.warn(MEMORY, seen, ""))
                .orElse(Check.ok(MEMORY, "enough for a parallel query with these settings"));
    }

    static Check stop(Duration grace, boolean inKubernetes) {
        Duration usual = inKubernetes ? KUBERNETES : ENGINE;
        String seconds = String.valueOf(grace.toSeconds());
        return grace.compareTo(usual) <= 0
                ? Check.ok(STOP, "STOP_GRACE is %s s".formatted(seconds))
                : Check.warn(
                        STOP,
                        "STOP_GRACE is %s s; what stops the container kills after %d s unless it is told otherwise, and whether it is cannot be seen from inside"
                                .formatted(seconds, usual.toSeconds()),
                        inKubernetes
                                ? "terminationGracePeriodSeconds: %s, or STOP_GRACE=%ds"
                                        .formatted(seconds, usual.toSeconds())
                                : "docker run --stop-timeout %s, or stop_grace_period: %ss; or STOP_GRACE=%ds"
                                        .formatted(seconds, seconds, usual.toSeconds()));
    }

    static List<Check> peers(List<Peer> peers) {
        return peers.stream().map(NodeChecks::peer).toList();
    }

    private static Check peer(Peer peer) {
        return switch (peer) {
            case Peer.Itself _, Peer.Waiting _, Peer.Answering _ ->
                    Check.ok(PEERS, peer.describe());
            case Peer.Silent(_, var why) -> unusable(peer, why);
            case Peer.Unclear(_, var why) -> unusable(peer, why);
        };
    }

    private static Check unusable(Peer peer, Upstream.Unusable why) {
        return Check.warn(
                PEERS,
                "%s: %s".formatted(peer.server().address(), why.sentence()),
                why.reason().peerRemedy());
    }

    static Check noPeers(Refusal why) {
        return Check.notChecked(PEERS, why.reason());
    }

    static Check certificate(ServerCertificate certificate, Instant now) {
        return switch (certificate) {
            case ServerCertificate.Absent(String because) -> Check.notChecked(CERTIFICATE, because);
            case ServerCertificate.Unreadable(var file, String why) ->
                    Check.fail(
                            CERTIFICATE,
                            "%s cannot be read: %s".formatted(file, why),
                            "give the server a certificate that it can read (ssl_cert_file)");
            case ServerCertificate.Valid(var file, Instant until) -> {
                String seen = "%s is valid until %s".formatted(file, until);
                Duration left = Duration.between(now, until);
                yield left.isNegative()
                        ? Check.fail(
                                CERTIFICATE,
                                "%s has expired at %s".formatted(file, until),
                                "put a new one there and reload")
                        : left.compareTo(SOON) < 0
                                ? Check.warn(CERTIFICATE, seen, "put a new one there and reload")
                                : Check.ok(CERTIFICATE, seen);
            }
        };
    }

    /// What nobody here can know, said so that nobody takes silence for a yes.
    static List<Check> unknown() {
        return List.of(
                Check.notChecked(
                        "clocks", "no node tells its time to a replication login: use NTP"),
                Check.notChecked(
                        "collations", "each start compares them, and its log says what differs"),
                Check.notChecked(
                        "backups", "their age is not known: they are made outside this container"));
    }
}
