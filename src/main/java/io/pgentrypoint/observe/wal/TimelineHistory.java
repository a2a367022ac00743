package io.pgentrypoint.observe.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// From the first timeline of a cluster to the one it is on: which ended where.
///
/// @param ended the timelines before this one, the oldest first
/// @param timeline the one it is on, which has no end yet
public record TimelineHistory(List<Ended> ended, int timeline) {

    /// A timeline that another one took over from.
    ///
    /// @param fork its end, and the beginning of the next
    public record Ended(int timeline, Lsn fork) {}

    public TimelineHistory {
        ended = List.copyOf(ended);
        int before = 0;
        Lsn from = Lsn.NONE;
        for (Ended each : ended) {
            // readTimeLineHistory: numbers grow, since each promotion takes the next that is free.
            if (each.timeline() <= before || from.isAfter(each.fork())) {
                throw new IllegalArgumentException(
                        "its line for timeline %s is out of order".formatted(each.timeline()));
            }
            before = each.timeline();
            from = each.fork();
        }
        if (timeline <= before) {
            throw new IllegalArgumentException(
                    "timeline %s does not come after timeline %s".formatted(timeline, before));
        }
    }

    /// Of a cluster that was never promoted: timeline 1 has no history file.
    public static TimelineHistory first() {
        return new TimelineHistory(List.of(), 1);
    }

    /// Reads the file of that timeline, or the answer to TIMELINE_HISTORY, which is the same text.
    ///
    /// @throws IllegalArgumentException when the text is no history of that timeline
    public static TimelineHistory parse(int timeline, String text) {
        List<Ended> ended = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.charAt(0) == '#') {
                continue;
            }
            String[] fields = stripped.split("\\s+", 3);
            if (fields.length < 2 || !fields[0].matches("\\d{1,9}")) {
                throw new IllegalArgumentException("it has the unknown line " + stripped);
            }
            ended.add(new Ended(Integer.parseInt(fields[0]), Lsn.parse(fields[1])));
        }
        return new TimelineHistory(ended, timeline);
    }

    /// As it was while that timeline was the current one.
    public Optional<TimelineHistory> upTo(int earlier) {
        if (earlier == timeline) {
            return Optional.of(this);
        }
        for (int i = 0; i < ended.size(); i++) {
            if (ended.get(i).timeline() == earlier) {
                return Optional.of(new TimelineHistory(ended.subList(0, i), earlier));
            }
        }
        return Optional.empty();
    }

    /// How many timelines it went through, the current one included.
    public int size() {
        return ended.size() + 1;
    }

    public int timelineAt(int index) {
        return index < ended.size() ? ended.get(index).timeline() : timeline;
    }

    /// Where that timeline began; the first one at the beginning of everything.
    public Lsn beginAt(int index) {
        return index == 0 ? Lsn.NONE : ended.get(index - 1).fork();
    }

    /// Where that timeline ended; the current one has not.
    public Optional<Lsn> endAt(int index) {
        return index < ended.size() ? Optional.of(ended.get(index).fork()) : Optional.empty();
    }
}
