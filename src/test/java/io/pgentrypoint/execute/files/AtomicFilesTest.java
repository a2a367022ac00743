package io.pgentrypoint.execute.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("file.conf");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Test
    void a_file_of_ours_is_private() throws IOException {
        AtomicFiles.write(file, "secret");
        assertThat(file).hasContent("secret");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void a_file_of_ours_becomes_private() throws IOException {
        Files.writeString(file, "open");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        AtomicFiles.write(file, "secret");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void a_text_is_written_as_utf_8() throws IOException {
        AtomicFiles.write(file, "ä€\n");
        assertThat(file).hasBinaryContent(bytes("ä€\n"));
    }

    @Test
    void an_edited_file_keeps_its_mode() throws IOException {
        Files.writeString(file, "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        AtomicFiles.edit(file, bytes("new"));
        assertThat(file).hasContent("new");
        assertThat(mode(file)).isEqualTo("rw-r-----");
    }

    @Test
    void an_edited_link_stays_one_and_its_target_changes() throws IOException {
        Path target = Files.createDirectory(directory.resolve("elsewhere")).resolve("target.conf");
        Files.writeString(target, "old");
        Files.createSymbolicLink(file, target);
        AtomicFiles.edit(file, bytes("new"));
        assertThat(file).isSymbolicLink();
        assertThat(target).hasContent("new");
        assertThat(entries()).containsExactly(target.getParent(), file);
    }

    /// To a volume that is not mounted this time.
    @Test
    void a_link_to_nothing_is_named_and_not_replaced() throws IOException {
        Path target = directory.resolve("not-mounted/target.conf");
        Files.createSymbolicLink(file, target);
        assertThatThrownBy(() -> AtomicFiles.edit(file, bytes("new")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(target.toString());
        assertThat(file).isSymbolicLink();
    }

    @Test
    void an_edited_file_that_is_missing_is_made() throws IOException {
        AtomicFiles.edit(file, bytes("new"));
        assertThat(file).hasContent("new");
    }

    @Test
    void nothing_is_left_beside_the_file() throws IOException {
        AtomicFiles.write(file, "one");
        AtomicFiles.write(file, "two");
        AtomicFiles.edit(file, bytes("three"));
        assertThat(entries()).containsExactly(file);
    }

    @Test
    void a_write_replaces_the_file_and_never_changes_the_old_one() throws IOException {
        AtomicFiles.write(file, "old");
        Path other = Files.createLink(directory.resolve("same-inode"), file);
        AtomicFiles.write(file, "new");
        assertThat(other).hasContent("old");
        assertThat(file).hasContent("new");
    }

    /// What a killed writer leaves: half a file under another name.
    @Test
    void a_write_that_was_killed_leaves_the_old_file_and_does_not_stop_the_next()
            throws IOException {
        AtomicFiles.write(file, "old");
        Files.writeString(directory.resolve("pgsql_tmp_file.conf"), "hal");
        assertThat(file).hasContent("old");
        AtomicFiles.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(entries()).containsExactly(file);
    }

    @Test
    void a_write_that_fails_leaves_the_target_and_nothing_beside_it() throws IOException {
        Path occupied = Files.createDirectory(file);
        Files.writeString(occupied.resolve("kept"), "");
        assertThatThrownBy(() -> AtomicFiles.write(file, "new")).isInstanceOf(IOException.class);
        assertThat(occupied.resolve("kept")).exists();
        assertThat(entries()).containsExactly(file);
    }

    @Test
    void an_empty_file_is_made_once() throws IOException {
        AtomicFiles.createEmpty(file);
        assertThat(file).isEmptyFile();
        Object inode = Files.getAttribute(file, "unix:ino");
        AtomicFiles.createEmpty(file);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void a_missing_file_reads_as_empty_and_is_deleted_in_peace() throws IOException {
        assertThat(AtomicFiles.read(file)).isEmpty();
        AtomicFiles.deleteIfExists(file);
        assertThat(entries()).isEmpty();
    }
}
