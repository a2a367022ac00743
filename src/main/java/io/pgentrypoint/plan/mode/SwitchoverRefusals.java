package io.pgentrypoint.plan.mode;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import java.util.List;

/// Why a switchover is not begun.
final class SwitchoverRefusals {

    private SwitchoverRefusals() {}

    static Refusal otherMode(String title) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot switch over as %s: the environment decides the role of this node"
                        .formatted(title),
                """
                use REPLICATION_ROLE=auto with CLUSTER_HOSTS; or stop the primary, run entrypoint \
                promote on the standby, and start the old primary with REPLICATION_ROLE=replica; \
                Patroni has patronictl switchover\
                """);
    }

    /// @param command with its words, as it is run on the primary
    static Refusal onPrimary(HostPort primary, String command) {
        return new Refusal(
                ExitCode.DATA,
                "cannot switch over from this node: it is not the primary",
                "run %s on %s, which is the primary".formatted(command, primary));
    }

    static Refusal noPrimary() {
        return new Refusal(
                ExitCode.DATA,
                "cannot switch over: this node is not the primary, and no node takes writes",
                "entrypoint cluster says what to do");
    }

    static Refusal twoPrimaries(List<String> primaries) {
        return several(
                "cannot switch over: more than one node takes writes: %s"
                        .formatted(String.join(", ", primaries)));
    }

    static Refusal otherPrimary(List<String> primaries) {
        return several(
                "cannot switch over: %s takes writes beside this node"
                        .formatted(String.join(", ", primaries)));
    }

    private static Refusal several(String reason) {
        return unsafe(
                reason,
                "stop the node whose data is not wanted, and start it again: it becomes a standby");
    }

    static Refusal unknownNode(String wanted, List<String> nodes) {
        return new Refusal(
                ExitCode.USAGE,
                "cannot switch over to %s: CLUSTER_HOSTS has no single node of that name"
                        .formatted(wanted),
                "name one of %s".formatted(String.join(", ", nodes)));
    }

    static Refusal itself(String wanted) {
        return new Refusal(
                ExitCode.USAGE,
                "cannot switch over to %s: it is the primary already".formatted(wanted),
                "name a standby; entrypoint cluster lists them");
    }

    static Refusal noStandby(Peer peer) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s".formatted(peer.describe()),
                "name a standby that runs; entrypoint cluster lists them");
    }

    static Refusal nobody(List<String> answers) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: no standby of this cluster answers; %s"
                        .formatted(String.join("; ", answers)),
                "start a standby, and wait until it streams");
    }

    static Refusal otherHistory(String standby, int timeline) {
        return unsafe(
                "cannot switch over: %s, and the primary is on timeline %d"
                        .formatted(standby, timeline),
                "wait until it follows the primary; entrypoint cluster shows whether it does");
    }

    static Refusal nobodyStreams(HostPort successor) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over to %s: nobody streams from this node".formatted(successor),
                "wait until it streams; entrypoint status there says why it does not");
    }

    static Refusal farBehind(HostPort successor, long behind, long most) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over to %s: it is %s behind, and nobody could write until it has them"
                        .formatted(successor, Measures.bytes(behind)),
                "wait until it is less than %s behind".formatted(Measures.bytes(most)));
    }

    static Refusal backup(String name) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s takes a base backup from this node, which the shutdown would end"
                        .formatted(name),
                "wait until it has ended");
    }

    static Refusal silentReceiver(String name, double seconds) {
        return new Refusal(
                ExitCode.UNAVAILABLE,
                "cannot switch over: %s has not replied for %.0f s, and the shutdown would wait for it"
                        .formatted(name, seconds),
                "stop that receiver, or mend its connection");
    }

    private static Refusal unsafe(String reason, String remedy) {
        return new Refusal(ExitCode.UNSAFE, reason, remedy);
    }
}
