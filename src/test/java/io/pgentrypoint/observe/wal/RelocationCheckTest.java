package io.pgentrypoint.observe.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asked before anything of a cluster is moved.
class RelocationCheckTest {

    @TempDir private Path directory;
    private Path data;

    @BeforeEach
    void cluster() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
    }

    private RelocationCheck placement() {
        return new RelocationCheck(data, Optional.empty());
    }

    @Test
    void wal_elsewhere_can_be_moved() throws IOException {
        Files.createSymbolicLink(
                data.resolve("pg_wal"), Files.createDirectory(directory.resolve("w\u00e4l")));
        assertThat(placement().moveBlockers()).isEmpty();
    }

    /// The journal of a move would lead elsewhere, and the next start could not put anything back.
    @Test
    void wal_in_a_place_whose_name_cannot_be_written_down_is_not_moved()
            throws IOException, InterruptedException {
        // Latin-1: no path that Java makes of a text.
        Process made =
                new ProcessBuilder(
                                "sh",
                                "-euc",
                                "place=$(printf 'w\\344l'); mkdir \"$place\";"
                                        + " ln -s \"$PWD/$place\" data/pg_wal")
                        .directory(directory.toFile())
                        .inheritIO()
                        .start();
        assertThat(made.waitFor()).isZero();
        assertThat(placement().moveBlockers())
                .singleElement()
                .asString()
                .startsWith("its WAL lies in " + directory)
                .contains("cannot be written down");
    }
}
