package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `NAME_FILE`, with the rules of the official image where those are not a trap.
class ValueFileTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "'secret', 'secret'",
        "'secret\n', 'secret'",
        "'secret\n\n\n', 'secret'",
        "' secret ', ' secret '"
    })
    void trailing_newlines_go_and_all_else_stays(String content, String value) throws IOException {
        assertThat(password(content)).contains(new Secret(value));
    }

    @Test
    void an_empty_file_is_an_unset_value() throws IOException {
        assertThat(password("")).isEmpty();
        assertThat(password("\n\n")).isEmpty();
    }

    @Test
    void an_empty_file_of_a_required_value_is_told() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        Map<String, String> environment = Environments.replica();
        for (String name : List.of("REPLICATION_ROLE", "REPLICATION_PASSWORD", "PRIMARY_HOST")) {
            Map<String, String> lacking = Environments.standalone();
            lacking.putAll(environment);
            lacking.remove(name);
            lacking.put(name + "_FILE", empty.toString());
            assertThat(Environments.errors(lacking))
                    .singleElement()
                    .extracting(Problem::variable)
                    .isEqualTo(name);
        }
    }

    @Test
    void an_empty_file_for_the_mode_is_no_mode() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        assertThat(
                        Environments.parse(
                                        Environments.standalone("HA_MODE_FILE", empty.toString()))
                                .mode())
                .isEqualTo(new Mode.Standalone());
    }

    @Test
    void an_empty_variable_does_not_hide_its_file() throws IOException {
        Path file = Files.writeString(directory.resolve("user"), "admin\n");
        assertThat(
                        Environments.parse(
                                        Environments.standalone(
                                                "POSTGRES_USER",
                                                "",
                                                "POSTGRES_USER_FILE",
                                                file.toString()))
                                .superuser()
                                .name())
                .isEqualTo("admin");
    }

    @Test
    void windows_line_ends_are_told() throws IOException {
        Path file = Files.writeString(directory.resolve("host"), "ldap\r\n");
        assertThat(warnings("POSTGRES_HOST_AUTH_METHOD_FILE", file))
                .containsExactly(
                        "POSTGRES_HOST_AUTH_METHOD_FILE="
                                + file
                                + ": the file ends with a carriage return, which is not part of the"
                                + " value; rewrite the file without it");
    }

    @ParameterizedTest
    @CsvSource({"'secret\r\n', 'secret'", "'secret\r', 'secret'", "'secret\r\n\n', 'secret'"})
    void one_carriage_return_at_the_end_is_not_part_of_a_password(String content, String value)
            throws IOException {
        assertThat(password(content)).contains(new Secret(value));
    }

    @Test
    void a_pipe_that_nobody_writes_to_is_refused_after_the_deadline() throws Exception {
        Path pipe = pipe();
        assertThat(ValueFile.read(pipe.toString(), Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        ValueFile.Unreadable.class,
                        refused -> assertThat(refused.why()).contains("nobody writes to it"));
    }

    @Test
    void a_pipe_is_read_once_for_the_life_of_the_process() throws Exception {
        Path pipe = pipe();
        Process writer =
                new ProcessBuilder("sh", "-c", "echo secret > \"$0\"", pipe.toString()).start();
        ValueFiles files = new ValueFiles(Duration.ofMinutes(1));
        Map<String, String> environment =
                Environments.standalone("POSTGRES_PASSWORD_FILE", pipe.toString());
        for (int i = 0; i < 2; i++) {
            Settings settings = Settings.from(environment, List.of(), "node", files);
            assertThat(settings.superuser().password()).contains(new Secret("secret"));
            assertThat(settings.warnings()).hasSize(i);
        }
        assertThat(writer.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/full", "/dev/tty"})
    void a_device_is_no_file(String device) {
        assertUnreadable(device, "it is a character device, not a file");
    }

    @Test
    void a_socket_is_no_file() throws IOException {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertUnreadable(socket.toString(), "it is a socket, not a file");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {65_537, 20L << 20, 2L << 30})
    void a_large_file_is_refused_without_being_read(long size) throws IOException {
        Path file = directory.resolve("large");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), size - 1);
        }
        assertUnreadable(file.toString(), "it is larger than 64.0 kB");
    }

    @Test
    void a_pipe_without_end_is_refused() throws Exception {
        Path pipe = pipe();
        Process writer =
                new ProcessBuilder("sh", "-c", "exec yes > \"$0\"", pipe.toString()).start();
        assertUnreadable(pipe.toString(), "it is larger than 64.0 kB");
        assertThat(writer.waitFor()).as("ended by SIGPIPE").isNotZero();
    }

    @Test
    void a_file_of_64_kB_is_read() throws IOException {
        String most = "x".repeat(64 << 10);
        Path file = Files.writeString(directory.resolve("most"), most);
        assertThat(read(file)).isEqualTo("read: " + most);
    }

    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    @Test
    void a_byte_order_mark_is_told() throws IOException {
        Path file = Files.writeString(directory.resolve("name"), "\uFEFFadmin");
        assertThat(warnings("POSTGRES_USER_FILE", file))
                .containsExactly(
                        "POSTGRES_USER_FILE="
                                + file
                                + ": the file starts with a byte order mark, which is part of the"
                                + " value; rewrite the file without it");
    }

    @Test
    void a_missing_file_ends_with_77() {
        assertUnreadable(directory.resolve("none").toString(), "no such file");
        assertUnreadable("a\0b", "no such file");
    }

    @Test
    void a_directory_is_told_from_a_file() {
        assertUnreadable(
                directory.toString(),
                "it is a directory (an engine makes one where a mounted file is missing)");
    }

    @Test
    void what_is_no_text_is_not_guessed_at() throws IOException {
        Path file =
                Files.write(directory.resolve("latin1"), "é".getBytes(StandardCharsets.ISO_8859_1));
        assertUnreadable(file.toString(), "it is not UTF-8 text");
    }

    @Test
    void a_file_of_another_user_is_told_with_owner_mode_and_our_uid() throws Exception {
        Path file = Files.writeString(directory.resolve("closed"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Object owner = Files.getAttribute(file, "unix:uid");
        Object group = Files.getAttribute(file, "unix:gid");
        // Root may read everything, so another user is needed to see a refusal.
        Object reader = owner.equals(0) ? 65534 : owner;
        assertThat(owner.equals(0) ? readAs(reader.toString(), file) : read(file))
                .isEqualTo(
                        "permission denied (uid "
                                + owner
                                + ", gid "
                                + group
                                + ", mode 0000; this process runs as uid "
                                + reader
                                + ")");
    }

    private static String read(Path file) {
        return switch (ValueFile.read(file.toString(), Duration.ofMinutes(1))) {
            case ValueFile.Unreadable unreadable -> unreadable.why();
            case ValueFile.Content content -> "read: " + content.text();
        };
    }

    /// Started again by [#readAs], as somebody else.
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) {
            System.out.print(read(Path.of(arguments[0])));
        }
    }

    private static String readAs(String uid, Path file) throws IOException, InterruptedException {
        Path classes = Path.of("target", "classes").toAbsolutePath();
        Path tests = Path.of("target", "test-classes").toAbsolutePath();
        Process process =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=" + uid,
                                "--clear-groups",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                classes + ":" + tests,
                                Reader.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void assertUnreadable(String path, String why) {
        InvalidSettings refused =
                catchThrowableOfType(
                        InvalidSettings.class,
                        () ->
                                Environments.parse(
                                        Environments.standalone("POSTGRES_PASSWORD_FILE", path)));
        assertThat(refused.problems())
                .singleElement()
                .extracting(Problem::rule)
                .isEqualTo("cannot read the file: " + why);
        assertThat(refused.exitCode()).isEqualTo(77);
    }

    private Optional<Secret> password(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), content);
        return Environments.parse(
                        Environments.standalone("POSTGRES_PASSWORD_FILE", file.toString()))
                .superuser()
                .password();
    }

    private static List<String> warnings(String name, Path file) {
        return Environments.warnings(Environments.standalone(name, file.toString())).stream()
                .map(Problem::sentence)
                .toList();
    }
}
