package io.pgentrypoint.settings.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.BadValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTest {

    @Test
    void none_is_no_slot() throws BadValue {
        assertThat(Slot.parse("none", "r1")).isEqualTo(new Slot.None());
    }

    @ParameterizedTest
    @CsvSource({"r1, r1", "Replica-7, replica_7", "a.b c, a_b_c", "ä, _"})
    void auto_makes_a_valid_name_of_the_replica_s(String replica, String slot) throws BadValue {
        assertThat(Slot.parse("auto", replica)).isEqualTo(new Slot.Named(slot));
    }

    @Test
    void auto_keeps_to_the_length_of_a_slot_name() throws BadValue {
        assertThat(Slot.parse("auto", "x".repeat(64))).isEqualTo(new Slot.Named("x".repeat(63)));
    }

    @Test
    void auto_needs_a_name_to_start_from() {
        assertThatThrownBy(() -> Slot.parse("auto", "")).isInstanceOf(BadValue.class);
    }

    @Test
    void a_name_is_taken_as_it_is() throws BadValue {
        assertThat(Slot.parse("slot_1", "r1")).isEqualTo(new Slot.Named("slot_1"));
        assertThat(Slot.parse("x".repeat(63), "r1")).isEqualTo(new Slot.Named("x".repeat(63)));
        assertThatThrownBy(() -> Slot.parse("x".repeat(64), "r1")).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Slot", "a-b", "a b", "a\n", "AUTO", "ä"})
    void another_name_is_refused(String text) {
        assertThatThrownBy(() -> Slot.parse(text, "r1")).isInstanceOf(BadValue.class);
    }
}
