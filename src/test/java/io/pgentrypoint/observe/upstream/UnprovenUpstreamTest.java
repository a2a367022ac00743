package io.pgentrypoint.observe.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.FakeServer;
import io.pgentrypoint.connect.FakeServer.Login;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever answers at the address of the primary must know the password, and never learns it.
class UnprovenUpstreamTest {

    private static final String PASSWORD = "s3cret-word";

    private static Upstream ask(FakeServer fake, List<AuthMethod> accepted) {
        UpstreamServer replica =
                new UpstreamServer(
                        new HostPort("127.0.0.1", fake.port()),
                        new Credentials("replicator", new Secret(PASSWORD)),
                        new Tls(
                                SslMode.PREFER,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                accepted));
        return new UpstreamReader().ask(replica, 1, Duration.ofSeconds(10));
    }

    private static FakeServer fake(Login login) throws IOException {
        return new FakeServer(login, FakeServer.primaryOnTimelineThree("7311111111111111111"));
    }

    @ParameterizedTest
    @CsvSource({
        "CLEAR_TEXT, it asks for the password in clear text",
        "MD5, it asks for an MD5 hash of the password",
        "AT_ONCE, it lets this node in without asking for the password",
        "SCRAM_WITHOUT_PROOF, SCRAM authentication failed",
        "SCRAM_CUT_SHORT, it lets this node in without asking for the password"
    })
    void a_server_that_does_not_prove_itself_is_not_used_and_the_message_says_what_was_seen(
            Login login, String seen) throws IOException {
        try (FakeServer fake = fake(login)) {
            assertThat(ask(fake, List.of(AuthMethod.SCRAM_SHA_256)))
                    .isInstanceOfSatisfying(
                            Upstream.Unusable.class,
                            unusable -> {
                                assertThat(unusable.reason()).isEqualTo(Reason.UNPROVEN);
                                assertThat(unusable.detail()).contains(seen);
                            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_password_is_not_sent_whatever_is_asked_for(Login login) throws IOException {
        try (FakeServer fake = fake(login)) {
            assertThat(ask(fake, List.of(AuthMethod.SCRAM_SHA_256)))
                    .isInstanceOf(Upstream.Unusable.class);
            assertThat(fake.received())
                    .doesNotContain(PASSWORD)
                    .doesNotContain("md5")
                    .doesNotContain("IDENTIFY_SYSTEM");
        }
    }

    @Test
    void what_the_user_accepts_by_a_variable_is_accepted() throws IOException {
        try (FakeServer fake = fake(Login.AT_ONCE)) {
            assertThat(ask(fake, List.of(AuthMethod.NONE))).isInstanceOf(Upstream.Answered.class);
        }
        try (FakeServer fake = fake(Login.CLEAR_TEXT)) {
            assertThat(ask(fake, List.of(AuthMethod.PASSWORD)))
                    .isInstanceOf(Upstream.Answered.class);
            assertThat(fake.received()).contains(PASSWORD);
        }
        try (FakeServer fake = fake(Login.MD5)) {
            assertThat(ask(fake, List.of(AuthMethod.MD5))).isInstanceOf(Upstream.Answered.class);
            assertThat(fake.received()).contains("md5").doesNotContain(PASSWORD);
        }
    }
}
