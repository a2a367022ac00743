package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFileTest {

    @TempDir private Path home;
    private OpenFile directory;

    @BeforeEach
    void open() throws IOException {
        directory = at(home);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static OpenFile at(Path path) throws IOException {
        OpenFile at = OpenFile.root();
        for (Path name : path) {
            OpenFile next = at.entry(OpenFile.bytes(name.toString()));
            at.close();
            at = next;
        }
        return at;
    }

    private static byte[] name(String text) {
        return OpenFile.bytes(text);
    }

    @Test
    void a_status_says_what_java_says() throws IOException {
        Path file = Files.writeString(home.resolve("f"), "text");
        Files.setAttribute(file, "unix:mode", 02640);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-23T08:20:20.5Z")));
        Files.createLink(home.resolve("g"), file);
        FileStatus status = directory.status(name("f"));
        assertThat(status.kind()).isEqualTo(FileStatus.Kind.REGULAR);
        assertThat(status.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
        assertThat(status.gid()).isEqualTo(Files.getAttribute(file, "unix:gid"));
        assertThat(status.mode()).isEqualTo(02640);
        assertThat(status.links()).isEqualTo(2);
        assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(status.modified()).isEqualTo(Instant.parse("2026-11-23T08:20:20.5Z"));
        assertThat(status.isSame(directory.status(name("g")))).isTrue();
        assertThat(directory.status().isDirectory()).isTrue();
    }

    @Test
    void what_was_opened_stays_what_is_asked_when_another_takes_its_name() throws IOException {
        Path file = Files.writeString(home.resolve("f"), "first");
        try (OpenFile opened = directory.regular(name("f"))) {
            Files.delete(file);
            Files.writeString(file, "second");
            assertThat(opened.read(100)).isEqualTo("first".getBytes(StandardCharsets.UTF_8));
            assertThat(opened.status().isSame(directory.status(name("f")))).isFalse();
        }
    }

    @Test
    void only_a_regular_file_with_one_name_is_opened_as_one() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "");
        Files.createSymbolicLink(home.resolve("link"), file);
        Files.createLink(home.resolve("hard"), file);
        Files.createDirectory(home.resolve("directory"));
        new ProcessBuilder("mkfifo", home.resolve("pipe").toString()).start().waitFor();
        for (String each : new String[] {"link", "hard", "directory", "pipe"}) {
            assertThatThrownBy(() -> directory.regular(name(each)))
                    .isInstanceOf(OpenFile.WrongKind.class)
                    .hasMessageContaining(home.resolve(each).toString());
        }
        assertThatThrownBy(() -> directory.regular(name("none")))
                .isInstanceOf(NoSuchFileException.class);
        try (OpenFile link = directory.entry(name("link"))) {
            assertThat(link.status().kind()).isEqualTo(FileStatus.Kind.LINK);
            assertThat(link.target()).isEqualTo(name(file.toString()));
        }
    }

    /// More than one reading brings, and names that are no text.
    @Test
    void each_entry_is_seen_once() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(home.resolve("a-name-of-some-length-" + i));
        }
        TreeSet<String> seen = new TreeSet<>();
        directory.each(name -> seen.add(OpenFile.text(name)));
        assertThat(seen).hasSize(3000).contains("a-name-of-some-length-2999");
        assertThat(OpenFile.text(new byte[] {'a', '\n', (byte) 0xff})).isEqualTo("a?\ufffd");
    }

    @Test
    void what_is_made_is_made_once_and_for_its_owner() throws IOException {
        directory.makeFile(name("f"));
        directory.makeFile(name("f"));
        directory.makeDirectory(name("d"), 0700);
        directory.makeDirectory(name("d"), 0755);
        assertThat(directory.status(name("f")).mode()).isEqualTo(0600);
        try (OpenFile made = directory.entry(name("d"))) {
            assertThat(made.status().mode()).isEqualTo(0700);
            made.mode(03775);
            assertThat(made.status().mode()).isEqualTo(03775);
        }
        assertThat(directory.now(name("clock"))).isAfter(Instant.EPOCH);
        assertThat(directory.has(name("clock"))).isFalse();
    }
}
