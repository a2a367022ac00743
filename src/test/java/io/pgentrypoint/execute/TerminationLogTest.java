package io.pgentrypoint.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationLogTest {

    @TempDir Path directory;

    @Test
    void what_an_earlier_end_left_is_replaced() throws IOException {
        Path file = Files.writeString(directory.resolve("log"), "a longer text of another end");
        TerminationLog.write(file, "the end");
        assertThat(file).hasContent("the end");
    }

    @Test
    void only_what_kubernetes_takes_is_written() throws IOException {
        Path file = Files.createFile(directory.resolve("log"));
        TerminationLog.write(file, "x".repeat(5000));
        assertThat(file).hasSize(4096);
    }

    @Test
    void no_file_is_made_where_there_is_none() {
        TerminationLog.write(directory.resolve("log"), "the end");
        assertThat(directory).isEmptyDirectory();
    }
}
