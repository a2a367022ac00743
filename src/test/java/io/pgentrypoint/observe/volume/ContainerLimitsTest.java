package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLimitsTest {

    @TempDir Path groups;

    private void set(String file, String value) throws IOException {
        Files.createDirectories(groups.resolve(file).resolveSibling("."));
        Files.writeString(groups.resolve(file), value + "\n");
    }

    @Test
    void without_limits_there_is_no_warning() throws IOException {
        assertThat(ContainerLimits.read(groups).warnings()).isEmpty();
        set("memory.max", "max");
        set("pids.max", "max");
        assertThat(ContainerLimits.read(groups).warnings()).isEmpty();
    }

    @Test
    void too_little_of_either_is_said_with_what_is_needed() throws IOException {
        set("memory.max", String.valueOf(64L << 20));
        set("pids.max", "24");
        assertThat(ContainerLimits.read(groups).warnings())
                .containsExactly(
                        "this container may use 64.0 MB of memory: a first boot needs 96.0 MB, and the"
                                + " kernel kills it with less; give it more (docker --memory, Kubernetes:"
                                + " limits.memory)",
                        "this container may have 24 processes and threads: a node needs 50 of them and"
                                + " one more for each connection; raise the limit (docker --pids-limit)");
    }

    @Test
    void control_groups_of_the_first_version_say_the_same() throws IOException {
        set("memory/memory.limit_in_bytes", "9223372036854771712");
        set("pids/pids.max", "49");
        assertThat(ContainerLimits.read(groups).warnings()).hasSize(1);
        set("memory/memory.limit_in_bytes", String.valueOf(95L << 20));
        set("pids/pids.max", "50");
        assertThat(ContainerLimits.read(groups).warnings()).hasSize(1);
    }
}
