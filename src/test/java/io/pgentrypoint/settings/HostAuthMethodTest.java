package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.BadValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostAuthMethodTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trust",
                "scram-sha-256",
                "md5",
                "ldap ldapserver=ldap.example ldapprefix=\"cn=\" ldapsuffix=\", dc=example\"",
                "cert map=x"
            })
    void a_method_may_have_options(String text) throws BadValue {
        assertThat(HostAuthMethod.parse(text)).isEqualTo(text);
        assertThat(HostAuthMethod.parse(" " + text + " \n")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "md5\nhost all all all trust",
                "md5\rx",
                "md5 # x",
                "md5\\",
                "md5 \\",
                "MD5",
                "\"trust\"",
                "md5\tx=y",
                "@file"
            })
    void it_never_adds_a_line_or_hides_one(String text) {
        assertThatThrownBy(() -> HostAuthMethod.parse(text)).isInstanceOf(BadValue.class);
    }
}
