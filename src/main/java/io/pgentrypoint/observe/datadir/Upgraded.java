package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.settings.Layout;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The upgrade that made the cluster of a volume, and what of it is left to do. [#text()] is what
/// the file holds.
///
/// @param aside the name of our directory with the old cluster
/// @param linked whether the two share their files
/// @param statistics whether the planner's statistics are still the coarse ones of the upgrade
/// @param kept whether the old cluster still lies there, which the file does not say
public record Upgraded(
        int from, int to, String aside, boolean linked, boolean statistics, boolean kept) {

    private static final Pattern TEXT =
            Pattern.compile(
                    """
                    from=(\\d+)
                    to=(\\d+)
                    aside=(\\S+)
                    linked=(true|false)
                    statistics=(coarse|full)
                    end
                    """);

    public Upgraded withStatistics() {
        return new Upgraded(from, to, aside, linked, false, kept);
    }

    /// With the place that was free.
    public Upgraded at(String place) {
        return new Upgraded(from, to, place, linked, statistics, kept);
    }

    public Upgraded withoutOldCluster() {
        return new Upgraded(from, to, aside, linked, statistics, false);
    }

    public String text() {
        return """
        from=%s
        to=%s
        aside=%s
        linked=%s
        statistics=%s
        end
        """
                .formatted(from, to, aside, linked, statistics ? "coarse" : "full");
    }

    /// Empty where it was not written whole: then there is nothing left to do that is known.
    public static Optional<Upgraded> parse(String text) {
        Matcher match = TEXT.matcher(text);
        return match.matches() && Layout.isReplaced(match.group(3))
                ? Optional.of(
                        new Upgraded(
                                Integer.parseInt(match.group(1)),
                                Integer.parseInt(match.group(2)),
                                match.group(3),
                                Boolean.parseBoolean(match.group(4)),
                                List.of("coarse").contains(match.group(5)),
                                true))
                : Optional.empty();
    }
}
