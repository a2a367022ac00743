package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.observe.volume.LockOwnerReader.Sign;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody is there only where there is no file: all else is somebody who may live.
class LockOwnerReaderTest {

    @TempDir private Path data;
    private Layout layout;

    @BeforeEach
    void make() throws IOException {
        layout = new Layout(data);
        Files.createDirectory(layout.stateDirectory());
    }

    private String why() throws IOException {
        Sign sign = LockOwnerReader.look(layout);
        assertThat(sign).isInstanceOf(Sign.Unclear.class);
        Sign.Unclear unclear = (Sign.Unclear) sign;
        Instant changedAt = Files.getLastModifiedTime(layout.lockOwner()).toInstant();
        assertThat(unclear.changedAt()).isEqualTo(changedAt);
        assertThat(LockOwnerReader.read(layout)).isEmpty();
        return unclear.why();
    }

    @Test
    void no_file_is_nobody() throws IOException {
        assertThat(LockOwnerReader.look(layout)).isEqualTo(new Sign.None());
        Files.delete(layout.stateDirectory());
        assertThat(LockOwnerReader.look(layout)).isEqualTo(new Sign.None());
        assertThat(LockOwnerReader.read(layout)).isEmpty();
    }

    @Test
    void a_whole_one_names_somebody() throws IOException {
        LockOwner us = LockOwnerReader.ourselves(true);
        Files.writeString(layout.lockOwner(), us.text());
        assertThat(LockOwnerReader.look(layout))
                .isInstanceOfSatisfying(
                        Sign.Left.class,
                        left -> assertThat(left.found().lockOwner()).isEqualTo(us));
        assertThat(LockOwnerReader.read(layout)).isPresent();
    }

    @Test
    void one_that_names_nobody_is_somebody_all_the_same() throws IOException {
        Files.createFile(layout.lockOwner());
        assertThat(why()).isEqualTo("it is empty");
        String text = LockOwnerReader.ourselves(true).text();
        Files.writeString(layout.lockOwner(), text.substring(0, text.length() / 2));
        assertThat(why()).isEqualTo("it names nobody");
        Files.write(layout.lockOwner(), new byte[] {(byte) 0xff});
        assertThat(why()).isEqualTo("it is no text");
    }

    @Test
    void one_that_is_no_file_is_not_read_and_is_somebody_too() throws Exception {
        Files.createDirectory(layout.lockOwner());
        assertThat(why()).isEqualTo("it is no regular file");
        Files.delete(layout.lockOwner());
        // Whoever opens it waits for a writer.
        new ProcessBuilder("mkfifo", layout.lockOwner().toString()).start().waitFor();
        assertThat(why()).isEqualTo("it is no regular file");
        Files.delete(layout.lockOwner());
        Path elsewhere =
                Files.writeString(data.resolve("other"), LockOwnerReader.ourselves(true).text());
        Files.createSymbolicLink(layout.lockOwner(), elsewhere);
        assertThat(LockOwnerReader.look(layout)).isInstanceOf(Sign.Unclear.class);
    }

    @Test
    void where_it_cannot_be_looked_for_it_is_refused_by_name() throws IOException {
        Files.delete(layout.stateDirectory());
        Files.createSymbolicLink(layout.stateDirectory(), layout.stateDirectory());
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> LockOwnerReader.look(layout));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.IO.code());
        assertThat(refusal.reason())
                .startsWith("cannot tell whether " + data + " is in use")
                .contains("cannot look at " + layout.lockOwner() + ": ");
        assertThat(LockOwnerReader.read(layout)).isEmpty();
    }
}
