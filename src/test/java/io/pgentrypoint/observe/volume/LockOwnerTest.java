package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockOwnerTest {

    private static final LockOwner HOLDER =
            new LockOwner(
                    "db-0",
                    "3f2a91bc04de".repeat(5),
                    "boot",
                    "pid:[1]",
                    7,
                    Instant.parse("2026-11-23T08:20:20Z"),
                    true,
                    41);

    @Test
    void what_is_written_is_read() {
        assertThat(LockOwner.parse(HOLDER.text())).contains(HOLDER);
        LockOwner elsewhere =
                new LockOwner("h", "", "boot", "pid:[1]", 1, Instant.EPOCH, false, 9_999_999_999L);
        assertThat(LockOwner.parse(elsewhere.text())).contains(elsewhere);
    }

    /// Each beat overwrites the one before.
    @Test
    void every_beat_is_of_one_length() {
        LockOwner last = new LockOwner("h", "", "b", "n", 1, Instant.EPOCH, true, 9_999_999_999L);
        assertThat(last.beat().text()).hasSameSizeAs(last.text());
        assertThat(last.withLock(false).text()).hasSameSizeAs(last.text());
        assertThat(HOLDER.beat().beats()).isEqualTo(42);
        assertThat(HOLDER.beat().isSame(HOLDER)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "host\n", "host a\nboot b\npid x\n", "\0\0\0"})
    void what_is_no_holder_is_none(String text) {
        assertThat(LockOwner.parse(text)).isEmpty();
    }

    @Test
    void a_half_written_one_is_none() {
        String text = HOLDER.text();
        for (int length = 0; length < text.length() - 12; length++) {
            assertThat(LockOwner.parse(text.substring(0, length))).isEmpty();
        }
    }

    @Test
    void a_kernel_that_does_not_tell_its_boot_is_like_no_other() {
        LockOwner unknown =
                new LockOwner("h", "", LockOwner.UNKNOWN, "pid:[1]", 7, Instant.EPOCH, true, 0);
        assertThat(unknown.isOnKernelOf(unknown)).isFalse();
        assertThat(HOLDER.isOnKernelOf(HOLDER.beat())).isTrue();
    }
}
