package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.probe.ServerState.Disconnected;
import io.pgentrypoint.probe.ServerState.Downstream;
import io.pgentrypoint.probe.ServerState.Position;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.ReplicationSlot;
import io.pgentrypoint.probe.ServerState.Standby;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownStandbysTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = BEGIN.plus(KnownStandbys.GRACE).plusSeconds(1);

    private final List<String> kept = new ArrayList<>();
    private final KnownStandbys known = new KnownStandbys(() -> "", kept::add);

    private static Downstream streaming(String name) {
        return new Downstream(name, "10.0.0.2", "streaming", "async", "s", "0/3000060", 0L, null);
    }

    private static ReplicationSlot slot(boolean active) {
        return new ReplicationSlot("s", "physical", active, "reserved", 4096L);
    }

    private static ServerState state(
            Position position, List<Downstream> standbys, ReplicationSlot... slots) {
        return new ServerState(1, 0, position, standbys, List.of(slots), Optional.empty());
    }

    private static ServerState primary(List<Downstream> standbys, ReplicationSlot... slots) {
        return state(new Primary("0/4000000", true), standbys, slots);
    }

    private static Disconnected missing(String name, String slot, @Nullable Long retained) {
        return new Disconnected(
                name,
                BEGIN.toString(),
                "0/3000060",
                slot,
                retained == null ? null : "reserved",
                retained);
    }

    @Test
    void a_standby_that_is_gone_is_missing_with_its_last_position_and_what_its_slot_keeps() {
        assertThat(known.look(primary(List.of(streaming("r1")), slot(true)), BEGIN)).isEmpty();
        assertThat(known.look(primary(List.of(), slot(false)), LATER))
                .containsExactly(missing("r1", "s", 4096L));
        assertThat(known.look(primary(List.of(streaming("r1")), slot(true)), LATER)).isEmpty();
    }

    @Test
    void a_slot_that_nobody_has_used_yet_is_listed_by_its_name() {
        assertThat(known.look(primary(List.of(), slot(false)), BEGIN))
                .containsExactly(new Disconnected("s", null, null, "s", "reserved", 4096L));
    }

    @Test
    void what_was_kept_is_known_to_the_next_process() {
        known.look(primary(List.of(streaming("a b – c"), streaming("r1"))), BEGIN);
        assertThat(kept).hasSize(1);
        KnownStandbys next = new KnownStandbys(kept::getLast, kept::add);
        assertThat(next.look(primary(List.of(streaming("r1"))), BEGIN))
                .containsExactly(missing("a b – c", "s", null));
    }

    @Test
    void it_is_written_when_a_standby_comes_and_when_one_is_missed_and_at_no_other_time() {
        known.look(primary(List.of(streaming("r1"))), BEGIN);
        known.look(primary(List.of(streaming("r1"))), LATER);
        assertThat(kept).hasSize(1);
        known.look(primary(List.of()), LATER.plusSeconds(1));
        assertThat(kept).as("a restart is nothing to write down").hasSize(1);
        known.look(primary(List.of()), LATER.plus(KnownStandbys.GRACE).plusSeconds(1));
        known.look(primary(List.of()), LATER.plus(KnownStandbys.GRACE).plusSeconds(2));
        assertThat(kept).hasSize(2);
        assertThat(kept.getLast()).isEqualTo("%d 0/3000060 s r1\n".formatted(LATER.toEpochMilli()));
    }

    @Test
    void one_that_has_not_streamed_for_a_week_is_forgotten() {
        known.look(primary(List.of(streaming("r1"))), BEGIN);
        Instant week = BEGIN.plus(KnownStandbys.FORGOTTEN);
        assertThat(known.look(primary(List.of()), week)).hasSize(1);
        assertThat(known.look(primary(List.of()), week.plusSeconds(1))).isEmpty();
        assertThat(kept.getLast()).isEmpty();
    }

    @Test
    void a_base_backup_is_no_standby_and_a_replica_misses_nobody() {
        known.look(primary(List.of(streaming("pg_basebackup"))), BEGIN);
        assertThat(known.look(primary(List.of()), LATER)).isEmpty();

        known.look(primary(List.of(streaming("r1"))), BEGIN);
        Position follows = Standby.notAsked("streaming");
        assertThat(known.look(state(follows, List.of(), slot(false)), LATER)).isEmpty();
        assertThat(known.look(ServerState.notAsked(0, new Primary(null, null), "no"), LATER))
                .isEmpty();
    }

    @Test
    void lines_of_another_form_are_left_out() {
        KnownStandbys next =
                new KnownStandbys(() -> "\n1 2\nx - - a\n0 - - r1\n1 - -\n", kept::add);
        assertThat(next.look(primary(List.of()), Instant.EPOCH))
                .containsExactly(
                        new Disconnected("r1", "1970-01-01T00:00:00Z", null, null, null, null));
    }
}
