package io.pgentrypoint.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterFileTest {

    @TempDir private Path data;

    private PostmasterFile file(int pid, int startedAt) throws IOException {
        Files.writeString(
                data.resolve("postmaster.pid"),
                "%d\n/data\n%d\n5432\n/run\n*\n 1 2\nready   \n".formatted(pid, startedAt));
        return PostmasterFile.read(data).orElseThrow();
    }

    @Test
    void a_file_that_is_not_written_to_its_end_is_none() throws IOException {
        Files.writeString(data.resolve("postmaster.pid"), "7\n/data\n1000\n");
        assertThat(PostmasterFile.read(data)).isEmpty();
    }

    /// A container that is started again gives its processes the same ids again.
    @Test
    void what_a_killed_server_left_is_not_the_new_ones_although_their_ids_are_the_same()
            throws IOException {
        Optional<PostmasterFile> left = Optional.of(file(47, 1000));
        assertThat(file(47, 1000).isOf(47, left)).isFalse();
        assertThat(file(47, 1002).isOf(47, left)).isTrue();
    }

    @Test
    void the_file_of_another_process_is_not_ours() throws IOException {
        assertThat(file(47, 1000).isOf(48, Optional.empty())).isFalse();
        assertThat(file(48, 1000).isOf(48, Optional.empty())).isTrue();
        assertThat(file(48, 1000).isOf(48, Optional.of(file(47, 1000)))).isTrue();
    }
}
