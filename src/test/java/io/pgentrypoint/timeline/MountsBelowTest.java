package io.pgentrypoint.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountsBelowTest {

    private static final String MOUNTS =
            """
            22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            40 22 254:1 / /var/lib/data rw - ext4 /dev/vdb rw
            41 40 254:1 /x /var/lib/data/pg_hba.conf rw - ext4 /dev/vdb rw
            42 22 254:1 / /var/lib/data2 rw - ext4 /dev/vdb rw
            43 40 254:1 / /var/lib/data/a\\040b\\134c rw shared:1 - ext4 /dev/vdb rw
            """;

    @Test
    void only_what_is_mounted_below_counts_a_single_file_too() {
        assertThat(MountsBelow.in(MOUNTS, Path.of("/var/lib/data")))
                .containsExactly(
                        Path.of("/var/lib/data/pg_hba.conf"), Path.of("/var/lib/data/a b\\c"));
        assertThat(MountsBelow.in(MOUNTS, Path.of("/var/lib/data2"))).isEmpty();
    }
}
