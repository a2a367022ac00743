package io.pgentrypoint.observe.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a node of a cluster says of its volume while it has no server. It is told to anybody who
/// asks, and nothing proves it.
///
/// @param list the checksum of its list of nodes
/// @param cluster what its volume holds; absent where that is empty
public record WaitingNode(String list, Optional<Cluster> cluster) {

    private static final Pattern TEXT =
            Pattern.compile(
                    "waiting ([0-9a-f]{8}) (?:empty|(primary|predecessor|standby) ([0-9]{1,20}) ([0-9]{1,9}))");

    /// @param primary whether it was a primary's, or a standby's
    /// @param handedOver whether that primary has let another node take over
    public record Cluster(
            boolean primary, boolean handedOver, String systemIdentifier, int timeline) {

        public Cluster(boolean primary, String systemIdentifier, int timeline) {
            this(primary, false, systemIdentifier, timeline);
        }

        private String word() {
            return handedOver ? "predecessor" : primary ? "primary" : "standby";
        }
    }

    public String text() {
        return "waiting %s %s"
                .formatted(
                        list,
                        cluster.map(found ->
                                        "%s %s %d"
                                                .formatted(
                                                        found.word(),
                                                        found.systemIdentifier,
                                                        found.timeline))
                                .orElse("empty"));
    }

    /// Empty where it is not such a text.
    public static Optional<WaitingNode> parse(String text) {
        Matcher match = TEXT.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new WaitingNode(
                        match.group(1),
                        Optional.ofNullable(match.group(2))
                                .map(role ->
                                        new Cluster(
                                                !role.equals("standby"),
                                                role.equals("predecessor"),
                                                match.group(3),
                                                Integer.parseInt(match.group(4))))));
    }

    String describe() {
        return cluster.map(found ->
                        "waits with the volume of a %s of cluster %s on timeline %d"
                                .formatted(found.word(), found.systemIdentifier, found.timeline))
                .orElse("waits with an empty volume");
    }
}
