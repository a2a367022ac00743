package io.pgentrypoint.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.volume.HolderReader.Sign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody is there only where there is no file: all else is somebody who may live.
class HolderReaderTest {

    @TempDir private Path data;
    private Layout layout;

    @BeforeEach
    void make() throws IOException {
        layout = new Layout(data);
        Files.createDirectory(layout.stateDirectory());
    }

    private String why() throws IOException {
        Sign sign = HolderReader.look(layout);
        assertThat(sign).isInstanceOf(Sign.Unclear.class);
        Sign.Unclear unclear = (Sign.Unclear) sign;
        Instant changedAt = Files.getLastModifiedTime(layout.holder()).toInstant();
        assertThat(unclear.changedAt()).isEqualTo(changedAt);
        assertThat(HolderReader.read(layout)).isEmpty();
        return unclear.why();
    }

    @Test
    void no_file_is_nobody() throws IOException {
        assertThat(HolderReader.look(layout)).isEqualTo(new Sign.None());
        Files.delete(layout.stateDirectory());
        assertThat(HolderReader.look(layout)).isEqualTo(new Sign.None());
        assertThat(HolderReader.read(layout)).isEmpty();
    }

    @Test
    void a_whole_one_names_somebody() throws IOException {
        Holder us = HolderReader.ourselves(true);
        Files.writeString(layout.holder(), us.text());
        assertThat(HolderReader.look(layout))
                .isInstanceOfSatisfying(
                        Sign.Left.class, left -> assertThat(left.found().holder()).isEqualTo(us));
        assertThat(HolderReader.read(layout)).isPresent();
    }

    @Test
    void one_that_names_nobody_is_somebody_all_the_same() throws IOException {
        Files.createFile(layout.holder());
        assertThat(why()).isEqualTo("it is empty");
        String text = HolderReader.ourselves(true).text();
        Files.writeString(layout.holder(), text.substring(0, text.length() / 2));
        assertThat(why()).isEqualTo("it names nobody");
        Files.write(layout.holder(), new byte[] {(byte) 0xff});
        assertThat(why()).isEqualTo("it is no text");
    }

    @Test
    void one_that_is_no_file_is_not_read_and_is_somebody_too() throws Exception {
        Files.createDirectory(layout.holder());
        assertThat(why()).isEqualTo("it is no regular file");
        Files.delete(layout.holder());
        // Whoever opens it waits for a writer.
        new ProcessBuilder("mkfifo", layout.holder().toString()).start().waitFor();
        assertThat(why()).isEqualTo("it is no regular file");
        Files.delete(layout.holder());
        Path elsewhere =
                Files.writeString(data.resolve("other"), HolderReader.ourselves(true).text());
        Files.createSymbolicLink(layout.holder(), elsewhere);
        assertThat(HolderReader.look(layout)).isInstanceOf(Sign.Unclear.class);
    }

    @Test
    void where_it_cannot_be_looked_for_it_is_refused_by_name() throws IOException {
        Files.delete(layout.stateDirectory());
        Files.createSymbolicLink(layout.stateDirectory(), layout.stateDirectory());
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> HolderReader.look(layout));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.IO.code());
        assertThat(refusal.reason())
                .startsWith("cannot tell whether " + data + " is in use")
                .contains("cannot look at " + layout.holder() + ": ");
        assertThat(HolderReader.read(layout)).isEmpty();
    }
}
