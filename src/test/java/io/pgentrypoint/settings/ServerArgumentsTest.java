package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServerArgumentsTest {

    @Test
    void a_setting_is_found_in_each_of_its_forms() {
        assertThat(setting("-c", "max_connections=5")).contains("5");
        assertThat(setting("-cmax_connections=5")).contains("5");
        assertThat(setting("--max_connections=5")).contains("5");
        assertThat(setting("--max-connections=5")).contains("5");
        assertThat(setting("-c", "Max-Connections=5")).contains("5");
    }

    @Test
    void the_last_one_wins() {
        assertThat(setting("-c", "max_connections=5", "--max-connections=6", "-c", "port=1"))
                .contains("6");
    }

    @Test
    void a_value_keeps_its_signs() {
        assertThat(setting("-c", "max_connections= a=b ")).contains(" a=b ");
        assertThat(setting("-c", "max_connections=")).contains("");
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(setting()).isEmpty();
        assertThat(setting("-c")).isEmpty();
        assertThat(setting("-c", "max_connections")).isEmpty();
        assertThat(setting("-c", "port=1", "max_connections=5")).isEmpty();
        assertThat(setting("-D", "/data", "--version")).isEmpty();
    }

    private static java.util.Optional<String> setting(String... words) {
        return new ServerArguments(List.of(words)).setting("max_connections");
    }
}
