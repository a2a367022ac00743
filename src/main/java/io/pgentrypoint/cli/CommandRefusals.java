package io.pgentrypoint.cli;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Why a command ends without its answer.
final class CommandRefusals {

    private CommandRefusals() {}

    static Refusal threadEnded(String thread) {
        return new Refusal(
                ExitCode.BUG,
                "cannot go on: the thread \"%s\", without which this node cannot run, has ended; the server was stopped"
                        .formatted(thread),
                "restart it, and report its error in the log above: it is a bug of entrypoint");
    }

    static Refusal mistyped(String word, String near) {
        return new Refusal(
                ExitCode.USAGE,
                "cannot run %s: there is no such command, and no such program in PATH"
                        .formatted(word),
                "did you mean entrypoint %s? entrypoint help lists the commands".formatted(near));
    }

    static Refusal unknownVariable(String name, Optional<String> near) {
        return new Refusal(
                ExitCode.USAGE,
                "cannot describe %s: it is no variable of this image".formatted(name),
                near.map("did you mean %s?"::formatted)
                        .orElse("entrypoint variables lists them all"));
    }

    static Refusal unexplained(String asked, List<String> near) {
        return new Refusal(
                ExitCode.USAGE,
                "cannot explain %s: it is no exit code, variable or message that this program knows"
                        .formatted(asked),
                near.isEmpty()
                        ? "entrypoint explain lists what can be asked"
                        : "did you mean %s?".formatted(String.join(", or ", near)));
    }

    static Refusal noArchive(Path file, IOException e) {
        return new Refusal(
                ExitCode.CANNOT_CREATE,
                "cannot write %s: %s".formatted(file, e),
                "name a new file in a directory that this user may write to, for example in /tmp");
    }

    static Refusal clusterOfPatroni() {
        return noCluster("Patroni knows the members of its cluster", "run patronictl list");
    }

    static Refusal standalone() {
        return noCluster("this node is standalone (HA_MODE)", "run entrypoint status");
    }

    static Refusal noOtherNode() {
        return noCluster(
                "the environment names no other node",
                "set CLUSTER_HOSTS or PEER_HOSTS; entrypoint status shows this node");
    }

    private static Refusal noCluster(String why, String remedy) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot ask the nodes of a cluster: %s".formatted(why),
                remedy);
    }
}
