package io.pgentrypoint.settings.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.BadValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @ValueSource(strings = {"samenet", "samehost", "all"})
    void a_keyword_is_known_as_one(String text) throws BadValue {
        assertThat(Network.parse(text)).isEqualTo(new Network(text, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "10.0.0.0/8",
                "192.0.2.255/32",
                "::/0",
                "::1/128",
                "fd00::/8",
                "2001:DB8::a/64",
                "::ffff:10.0.0.1/128",
                "db1",
                "db_1",
                "a-b.c-d.example",
                ".example.com",
                "1.example"
            })
    void networks_and_host_names_are_accepted(String text) throws BadValue {
        assertThat(Network.parse(text)).isEqualTo(new Network(text, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "10.0.0.0/33",
                "10.0.0.256/32",
                "10.0.0/8",
                "010.0.0.0/8",
                "10.0.0.0/255.0.0.0",
                "fd00::1",
                "::/129",
                ":::/0",
                "1:2/64",
                "fd00::1::/64",
                "12345::/16",
                "fe80::1%eth0/64",
                "db1/32",
                "-a",
                "a..b",
                "a b",
                "\"all\"",
                "all,",
                "@file",
                "+group",
                "",
                "#",
                "ALL\n"
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(BadValue.class);
    }

    @Test
    void a_name_of_any_length_has_an_answer() throws BadValue {
        assertThat(Network.parse("a.".repeat(126) + "a").text()).hasSize(253);
        assertThatThrownBy(() -> Network.parse("a.".repeat(127) + "a"))
                .isInstanceOf(BadValue.class);
        assertThatThrownBy(() -> Network.parse("a.".repeat(200_000))).isInstanceOf(BadValue.class);
    }
}
