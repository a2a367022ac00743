package io.pgentrypoint.execute.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleServerTest {

    /// Above the greatest that Linux gives.
    private static final String NOBODY = "4999999";

    @TempDir private Path home;
    private Path data = Path.of("/");
    private Path lock = Path.of("/");

    @BeforeEach
    void killedServer() throws IOException {
        data = Files.createDirectory(home.resolve("data"));
        lock = home.resolve(".s.PGSQL.5433.lock");
        pidFile(NOBODY);
    }

    private void pidFile(String pid) throws IOException {
        Files.writeString(
                data.resolve("postmaster.pid"),
                "%s\n%s\n1700000000\n5433\n%s\n\n 1 1\nready\n".formatted(pid, data, home));
    }

    private void lock(String pid, Path directory) throws IOException {
        Files.writeString(lock, "%s\n%s\n1700000000\n5433\n%s\n".formatted(pid, directory, home));
    }

    @Test
    void the_lock_of_its_socket_goes_with_its_pid_file() throws IOException {
        lock(NOBODY, data);
        StaleServer.clear(new Layout(data));
        assertThat(data.resolve("postmaster.pid")).doesNotExist();
        assertThat(lock).doesNotExist();
    }

    @Test
    void the_lock_of_another_server_stays() throws IOException {
        lock(NOBODY, home.resolve("other"));
        StaleServer.clear(new Layout(data));
        assertThat(data.resolve("postmaster.pid")).doesNotExist();
        assertThat(lock).exists();

        pidFile(NOBODY);
        lock("4999998", data);
        StaleServer.clear(new Layout(data));
        assertThat(lock).exists();
    }

    @Test
    void what_is_short_or_empty_is_removed_alone() throws IOException {
        lock(NOBODY, data);
        for (String text : new String[] {"", NOBODY + "\n" + data + "\n"}) {
            Files.writeString(data.resolve("postmaster.pid"), text);
            StaleServer.clear(new Layout(data));
            assertThat(data.resolve("postmaster.pid")).doesNotExist();
            assertThat(lock).exists();
        }
        StaleServer.clear(new Layout(data));
    }
}
