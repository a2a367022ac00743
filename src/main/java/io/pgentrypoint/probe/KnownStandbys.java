package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Disconnected;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Measures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The standbys that have streamed from this primary, kept on its volume. The server forgets a
/// standby as soon as its connection ends, so a lost one would be noticed only when it is needed.
public final class KnownStandbys {

    private static final Logger LOG = LoggerFactory.getLogger(KnownStandbys.class);

    /// A restart of a standby is nothing to warn of.
    static final Duration GRACE = Duration.ofSeconds(30);

    /// One that was taken away for good is not missed for ever.
    static final Duration FORGOTTEN = Duration.ofDays(7);

    /// It streams WAL beside the files that it copies, and ends.
    private static final String BASE_BACKUP = "pg_basebackup";

    private static final String ABSENT = "-";
    private static final Pattern LINE = Pattern.compile("(\\d{1,15}) (\\S+) (\\S+) (.+)");

    private final Map<String, Seen> seen = new TreeMap<>();
    private final Set<String> missed = new TreeSet<>();
    private final Supplier<String> kept;
    private final Consumer<String> keep;
    private boolean read;

    /// @param at when it last streamed
    /// @param replayed its position then
    /// @param slot that it used
    private record Seen(Instant at, @Nullable String replayed, @Nullable String slot) {}

    /// @param kept what an earlier process has kept, read once a server runs; lines of other forms
    ///   are left out
    /// @param keep is given the text to be kept, whenever a standby comes, goes, or is forgotten
    public KnownStandbys(Supplier<String> kept, Consumer<String> keep) {
        this.kept = kept;
        this.keep = keep;
    }

    private void readOnce() {
        if (read) {
            return;
        }
        read = true;
        kept.get()
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .limit(ServerState.MOST)
                .forEach(line ->
                        seen.put(
                                line.group(4),
                                new Seen(
                                        Instant.ofEpochMilli(Long.parseLong(line.group(1))),
                                        given(line.group(2)),
                                        given(line.group(3)))));
    }

    private static @Nullable String given(String word) {
        return word.equals(ABSENT) ? null : word;
    }

    private String text() {
        return seen.entrySet().stream()
                .map(entry ->
                        "%d %s %s %s\n"
                                .formatted(
                                        entry.getValue().at().toEpochMilli(),
                                        orAbsent(entry.getValue().replayed()),
                                        orAbsent(entry.getValue().slot()),
                                        entry.getKey()))
                .collect(Collectors.joining());
    }

    private static String orAbsent(@Nullable String word) {
        return word == null ? ABSENT : word;
    }

    /// Says once of a standby that it is missing, and once that it is back.
    ///
    /// @return those that are not connected: the ones that have streamed from here before, and the
    ///   ones that have a slot here; none while this node is no primary, or may not be asked
    synchronized List<Disconnected> look(ServerState state, Instant now) {
        return switch (state.position()) {
            case Standby _ -> List.of();
            case Primary _ -> state.notAsked().isPresent() ? List.of() : missing(state, now);
        };
    }

    private List<Disconnected> missing(ServerState state, Instant now) {
        readOnce();
        Set<String> before = Set.copyOf(missed);
        Set<String> names = Set.copyOf(seen.keySet());
        Set<String> connected =
                state.standbys().stream().map(Downstream::name).collect(Collectors.toSet());
        state.standbys().stream()
                .filter(each -> each.state().equals("streaming"))
                .filter(each -> !each.name().isBlank() && !each.name().equals(BASE_BACKUP))
                .filter(each -> seen.containsKey(each.name()) || seen.size() < ServerState.MOST)
                .forEach(
                        each -> seen.put(each.name(), new Seen(now, each.replayed(), each.slot())));
        seen.values().removeIf(last -> last.at().plus(FORGOTTEN).isBefore(now));
        Map<String, Seen> gone = new TreeMap<>(seen);
        gone.keySet().removeAll(connected);
        missed.retainAll(gone.keySet());
        gone.forEach((name, last) -> {
            if (last.at().plus(GRACE).isBefore(now) && missed.add(name)) {
                LOG.warn(
                        """
                        Standby {} is missing: it last streamed {} ago, at {}. Start it, or \
                        look at its log; what has not streamed for {} is forgotten\
                        """,
                        name,
                        Measures.time(Duration.between(last.at(), now)),
                        last.replayed() == null ? "an unknown position" : last.replayed(),
                        Measures.time(FORGOTTEN));
            }
        });
        before.stream()
                .filter(connected::contains)
                .forEach(name -> LOG.info("Standby {} is connected again", name));
        if (!names.equals(seen.keySet()) || !before.equals(missed)) {
            keep.accept(text());
        }
        return merged(gone, state.unusedSlots());
    }

    /// A standby's slot says how much WAL is kept for it.
    private static List<Disconnected> merged(Map<String, Seen> gone, List<ReplicationSlot> unused) {
        List<Disconnected> all = new ArrayList<>();
        gone.forEach((name, last) -> {
            Optional<ReplicationSlot> slot =
                    unused.stream().filter(each -> each.name().equals(last.slot())).findFirst();
            all.add(
                    new Disconnected(
                            name,
                            last.at().toString(),
                            last.replayed(),
                            last.slot(),
                            slot.map(ReplicationSlot::walStatus).orElse(null),
                            slot.map(ReplicationSlot::retainedBytes).orElse(null)));
        });
        unused.stream()
                .filter(slot -> all.stream().noneMatch(each -> slot.name().equals(each.slot())))
                .map(slot ->
                        new Disconnected(
                                slot.name(),
                                null,
                                null,
                                slot.name(),
                                slot.walStatus(),
                                slot.retainedBytes()))
                .forEach(all::add);
        all.sort(Comparator.comparing(Disconnected::name));
        return all;
    }
}
