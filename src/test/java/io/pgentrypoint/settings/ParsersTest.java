package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.SslMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsersTest {

    @ParameterizedTest
    @CsvSource({"db:5433, db, 5433", "[fd00::1]:5433, [fd00::1], 5433"})
    void a_host_with_a_port_is_refused_with_what_to_write(String text, String host, String port) {
        assertThatThrownBy(() -> Parsers.host(text))
                .isInstanceOfSatisfying(
                        BadValue.class,
                        refused ->
                                assertThat(refused.remedy())
                                        .isEqualTo(
                                                "set it to %s, and the port %s in the variable for the port (PRIMARY_PORT)"
                                                        .formatted(host, port)));
    }

    @Test
    void the_default_mode_can_be_written() {
        assertThat(Environments.parse(Environments.standalone("HA_MODE", "standalone")).mode())
                .isEqualTo(new Mode.Standalone());
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "db1:0", "db1:70000", "db 1/2", "fd00::2", "[db1", "db1:x", "a@b"})
    void peers_are_hosts_with_or_without_a_port(String text) {
        assertThatThrownBy(() -> Parsers.endpoints(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "True", "1", "yes", "on", " On "})
    void these_are_true(String text) throws BadValue {
        assertThat(Parsers.bool(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "0", "no", "off"})
    void these_are_false(String text) throws BadValue {
        assertThat(Parsers.bool(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "y", "enabled", "2", "truee", "wahr"})
    void anything_else_is_no_boolean(String text) {
        assertThatThrownBy(() -> Parsers.bool(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "60, PT60S",
        "60s, PT60S",
        "5min, PT5M",
        "5m, PT5M",
        "5 MIN, PT5M",
        "1.5h, PT90M",
        "2d, PT48H",
        "0, PT0S",
        "10000d, PT240000H"
    })
    void a_time_is_a_number_and_a_unit(String text, Duration expected) throws BadValue {
        assertThat(Parsers.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 minutes", "-1", "1e3", "s", "5us", "1.0000s", "PT5M", "1h30m"})
    void anything_else_is_no_time(String text) {
        assertThatThrownBy(() -> Parsers.duration(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db1", "db-1.example.com", "10.0.0.1", "fd00::1", "fe80::1%eth0", "_x"})
    void a_host_is_a_name_or_an_address(String text) throws BadValue {
        assertThat(Parsers.host(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a,b", "/run/postgresql", "@x", "[::1]", "a=b", "a'", "ä", "a\n"})
    void a_host_is_never_a_list_a_socket_or_a_setting_of_libpq(String text) {
        assertThatThrownBy(() -> Parsers.host(text)).isInstanceOf(BadValue.class);
    }

    @Test
    void a_name_may_be_anything_printable_up_to_63_bytes() throws BadValue {
        assertThat(Parsers.identifier("it's \"ä\" \\")).isEqualTo("it's \"ä\" \\");
        assertThat(Parsers.identifier("x".repeat(63))).hasSize(63);
        assertThatThrownBy(() -> Parsers.identifier("x".repeat(64))).isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Parsers.identifier("a\u007f")).isInstanceOf(BadValue.class);
    }

    @Test
    void a_nul_is_in_no_value() {
        assertThatThrownBy(() -> Parsers.text("a\0")).isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Parsers.password("a\0")).isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Parsers.identifier("a\0")).isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Parsers.absolutePath("/a\0")).isInstanceOf(BadValue.class);
    }

    @Test
    void a_superuser_has_a_name_that_initdb_can_take() throws BadValue {
        for (String name : List.of("a\"b", "a'b", "a$b", "a\\b", "pg_a", "a\nb")) {
            assertThatThrownBy(() -> Parsers.superuserName(name)).isInstanceOf(BadValue.class);
        }
        for (String name :
                List.of("a b", "a-b.c", "\u00e9", "{x}%s", "+a", "@a", "/a", "#", "a=b")) {
            assertThat(Parsers.superuserName(name)).isEqualTo(name);
        }
    }

    @Test
    void a_password_may_be_anything_in_one_line() throws BadValue {
        assertThat(Parsers.password(" :\\'\"#*ä ").reveal()).isEqualTo(" :\\'\"#*ä ");
        assertThatThrownBy(() -> Parsers.password("a\r")).isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Parsers.password("\u00ad\u200d")).isInstanceOf(BadValue.class);
    }

    @Test
    void the_words_of_sslmode_are_those_of_libpq() {
        assertThat(SslMode.values())
                .extracting(SslMode::word)
                .containsExactly(
                        "disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    }
}
