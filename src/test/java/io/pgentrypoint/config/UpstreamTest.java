package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.Golden;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Connection strings and password file of a replica.
class UpstreamTest {

    private static final Path PASS_FILE = Path.of("/data/upstream.pgpass");

    @Test
    void an_older_standby_names_no_database() {
        assertThat(UpstreamConninfo.standby(replica(), PASS_FILE, 16)).doesNotContain("dbname");
    }

    @Test
    void a_standby_connects_with_its_own_name() {
        Golden.matches(
                "config/upstream-standby.txt",
                UpstreamConninfo.standby(replica(), PASS_FILE, 17) + "\n");
    }

    @Test
    void a_clone_is_told_apart_and_is_not_timed_out() {
        Golden.matches(
                "config/upstream-clone.txt",
                UpstreamConninfo.clone(replica(), PASS_FILE, 17) + "\n");
    }

    @Test
    void the_password_is_in_the_pass_file_only() {
        Mode.NativeReplica replica = replica("REPLICATION_PASSWORD", "s3cret");
        assertThat(UpstreamConninfo.standby(replica, PASS_FILE, 17)).doesNotContain("s3cret");
        assertThat(UpstreamConninfo.clone(replica, PASS_FILE, 17)).doesNotContain("s3cret");
        assertThat(PassFile.text(replica.upstream()).reveal()).contains("s3cret");
        assertThat(PassFile.text(replica.upstream())).hasToString("****");
    }

    @Test
    void a_connection_string_that_postgresql_would_cut_is_refused() {
        int rest = UpstreamConninfo.standby(replica(), Path.of("/"), 17).length();
        Path longest = Path.of("/" + "x".repeat(1023 - rest));
        assertThat(UpstreamConninfo.standby(replica(), longest, 17)).hasSize(1023);
        Path tooLong = Path.of("/" + "x".repeat(1024 - rest));
        assertThatThrownBy(() -> UpstreamConninfo.standby(replica(), tooLong, 17))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("1023 bytes");
        // Bytes count, not characters.
        Path accents = Path.of("/" + "é".repeat(600));
        assertThatThrownBy(() -> UpstreamConninfo.standby(replica(), accents, 17))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void a_pass_file_is_for_one_server_and_one_role() {
        assertThat(PassFile.text(replica().upstream()).reveal())
                .isEqualTo(
                        """
                        db1:5432:replication:replicator:replpass
                        db1:5432:postgres:replicator:replpass
                        """);
    }

    @Test
    void no_field_of_a_pass_file_is_a_wildcard_a_comment_or_two_fields() {
        assertThat(
                        PassFile.text(
                                        replica(
                                                        "PRIMARY_HOST", "fd00::1",
                                                        "REPLICATION_USER", "*",
                                                        "REPLICATION_PASSWORD", "#a:b\\c")
                                                .upstream())
                                .reveal())
                .startsWith("fd00\\:\\:1:5432:replication:\\*:\\#a\\:b\\\\c\n");
    }

    private static Mode.NativeReplica replica(String... pairs) {
        return (Mode.NativeReplica) Environments.parse(Environments.replica(pairs)).mode();
    }
}
