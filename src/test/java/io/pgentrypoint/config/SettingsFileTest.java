package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.HostileText;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {

    @Test
    void nothing_to_set_is_a_file_of_comments() {
        assertThat(SettingsFile.text(List.of()).lines()).allMatch(line -> line.startsWith("# "));
    }

    @Test
    void a_setting_is_a_line_with_its_reason() {
        assertThat(SettingsFile.text(List.of(new Setting("a.b", "it's", "native primary"))))
                .endsWith("\na.b = 'it''s' # native primary\n");
    }

    @Test
    void a_value_never_adds_a_line() {
        int comments = (int) SettingsFile.text(List.of()).lines().count();
        for (int i = 0; i < 2_000; i++) {
            long seed = HostileText.FIRST_SEED + i;
            String value = HostileText.any(new SplittableRandom(seed));
            String text = SettingsFile.text(List.of(new Setting("x", value, "y")));
            assertThat(text.split("[\r\n]", -1)).as("seed %d", seed).hasSize(comments + 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a\n", "A", "a.b.c", "a$", "1a", "#a", "a'"})
    void what_is_no_name_of_a_setting_cannot_be_one(String name) {
        assertThatThrownBy(() -> new Setting(name, "", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nfsync = off", "a\r", "\u0085", "\u001b[0m"})
    void a_comment_is_one_plain_line(String origin) {
        assertThatThrownBy(() -> new Setting("a", "", origin))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
