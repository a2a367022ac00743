package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {

    @Test
    void accounts_are_found_by_name_and_by_number() {
        assertThat(Identity.account("root"))
                .hasValueSatisfying(root -> assertThat(root.home()).isEqualTo("/root"));
        assertThat(Identity.account(0)).isEqualTo(Identity.account("root"));
        assertThat(Identity.account("no such user")).isEmpty();
    }

    @Test
    void the_step_down_takes_every_thread_and_every_capability_with_it() throws IOException {
        ProbeRun.requireRoot();
        Identity.Account nobody = Identity.account("nobody").orElseThrow();
        String uid = " " + nobody.uid();
        String gid = " " + nobody.gid();
        try (ProbeRun probe = ProbeRun.plain(List.of(), Map.of(), "stepdown", "nobody")) {
            assertThat(probe.rest())
                    .containsExactly(
                            "CapEff: 0000000000000000",
                            "CapPrm: 0000000000000000",
                            "Gid:" + gid.repeat(4),
                            "Uid:" + uid.repeat(4),
                            "groups" + gid);
        }
    }

    @Test
    void the_missing_capability_is_named() throws IOException {
        ProbeRun.requireRoot();
        List<String> without = List.of("setpriv", "--bounding-set", "-setuid");
        try (ProbeRun probe = ProbeRun.plain(without, Map.of(), "stepdown", "nobody")) {
            assertThat(probe.line())
                    .startsWith("cannot become user nobody: root here lacks the capability SETUID")
                    .contains("--user nobody");
            assertThat(probe.exitCode()).isEqualTo(73);
        }
    }

    @Test
    void a_step_to_the_present_user_is_no_step() {
        Identity now = Identity.current();
        Identity.stepDownTo("me", now.uid(), now.gid());
        assertThat(Identity.current()).isEqualTo(now);
    }

    @Test
    void there_is_no_way_back_to_root() throws IOException {
        ProbeRun.requireRoot();
        try (ProbeRun probe = ProbeRun.plain(List.of(), Map.of(), "stepdown", "nobody", "root")) {
            assertThat(probe.line())
                    .startsWith("cannot become user root: this process has uid ")
                    .contains("only root can change that");
            assertThat(probe.exitCode()).isEqualTo(73);
        }
    }
}
