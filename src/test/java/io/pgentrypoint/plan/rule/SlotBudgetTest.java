package io.pgentrypoint.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.plan.Volumes;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotBudgetTest {

    /// In MB: coarse, so that a total that moves a little gives the same.
    @ParameterizedTest
    @CsvSource({
        "64, 16MB",
        "500, 125MB",
        "1024, 256MB",
        "1100, 256MB",
        "10240, 2560MB",
        "51200, 12GB",
        "51300, 12GB",
        "1048576, 256GB"
    })
    void slots_may_keep_a_quarter_of_the_file_system(long total, String value) {
        assertThat(SlotBudget.of(Volumes.sized(total << 20, 0)).orElseThrow().value())
                .isEqualTo(value);
    }

    @Test
    void what_is_free_plays_no_part() {
        assertThat(SlotBudget.of(Volumes.sized(50L << 30, 1)))
                .isEqualTo(SlotBudget.of(Volumes.sized(50L << 30, 49L << 30)));
    }

    @Test
    void an_unknown_volume_gives_no_limit() {
        assertThat(SlotBudget.of(Volume.unknown())).isEqualTo(Optional.empty());
        assertThat(SlotBudget.of(Volumes.sized(1000, 1000))).isEmpty();
    }
}
