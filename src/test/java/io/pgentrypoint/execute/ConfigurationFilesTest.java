package io.pgentrypoint.execute;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFilesTest {

    private static final String BLOCK =
            Layout.HBA_BEGIN + "\nhost all \"ü\" all scram-sha-256\n" + Layout.HBA_END + "\n";
    private static final String OLD_BLOCK =
            Layout.HBA_BEGIN + "\nhost all all all trust\n" + Layout.HBA_END + "\n";

    @TempDir private Path directory;
    private Layout layout;

    @BeforeEach
    void lay() {
        layout = new Layout(directory);
    }

    /// Bytes that are no UTF-8 at all.
    private static byte[] latin1(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    @Test
    void the_include_line_comes_last() throws IOException {
        Files.writeString(layout.postgresqlConf(), "work_mem = 1MB\n");
        ConfigurationFiles.include(layout);
        assertThat(Files.readString(layout.postgresqlConf()))
                .isEqualTo("work_mem = 1MB\n" + Layout.INCLUDE_LINE + "\n");
    }

    @Test
    void a_file_that_includes_ours_is_not_touched() throws IOException {
        Files.writeString(layout.postgresqlConf(), "a = 1\n" + Layout.INCLUDE_LINE + "\nb = 2\n");
        Object before = inode(layout.postgresqlConf());
        ConfigurationFiles.include(layout);
        assertThat(inode(layout.postgresqlConf())).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = 1\r\nb = 2\r\n", "# caf\u00e9\n", "\n\n  \n", "", "a=1\r"})
    void lines_of_the_user_stay_byte_for_byte(String text) throws IOException {
        Files.write(layout.postgresqlConf(), latin1(text));
        Files.write(layout.hbaConf(), latin1(text));
        ConfigurationFiles.include(layout);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.postgresqlConf(), ISO_8859_1)).startsWith(text);
        assertThat(Files.readString(layout.hbaConf(), ISO_8859_1)).startsWith(text);
    }

    @Test
    void a_last_line_without_an_end_gets_one() throws IOException {
        Files.writeString(layout.postgresqlConf(), "work_mem = 1MB");
        Files.writeString(layout.hbaConf(), "local all all peer");
        ConfigurationFiles.include(layout);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.postgresqlConf()))
                .isEqualTo("work_mem = 1MB\n" + Layout.INCLUDE_LINE + "\n");
        assertThat(Files.readString(layout.hbaConf())).isEqualTo("local all all peer\n\n" + BLOCK);
    }

    /// A base backup of a server whose configuration is outside its data directory has none.
    @Test
    void missing_files_are_made() throws IOException {
        ConfigurationFiles.include(layout);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.postgresqlConf())).isEqualTo(Layout.INCLUDE_LINE + "\n");
        assertThat(Files.readString(layout.hbaConf())).isEqualTo("\n" + BLOCK);
    }

    @Test
    void our_block_is_replaced_where_it_stands() throws IOException {
        byte[] before = latin1("local all all peer # caf\u00e9\r\n");
        byte[] after = latin1("# \u00ff below\r\nhost x x all reject");
        Files.write(
                layout.hbaConf(),
                latin1(new String(before, ISO_8859_1) + OLD_BLOCK + new String(after, ISO_8859_1)));
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.hbaConf(), ISO_8859_1))
                .isEqualTo(
                        new String(before, ISO_8859_1)
                                + new String(BLOCK.getBytes(UTF_8), ISO_8859_1)
                                + new String(after, ISO_8859_1));
    }

    @Test
    void writing_the_block_twice_leaves_one() throws IOException {
        Files.writeString(layout.hbaConf(), "local all all peer\n");
        ConfigurationFiles.writeHbaBlock(layout, OLD_BLOCK);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.hbaConf())).isEqualTo("local all all peer\n\n" + BLOCK);
    }

    /// Nobody can tell which rules beside a lone mark are the user's, so all of them are.
    @Test
    void a_mark_without_the_other_takes_no_rule_with_it() throws IOException {
        String kept = Layout.HBA_BEGIN + "\nhost all all 10.0.0.0/8 md5\n";
        Files.writeString(layout.hbaConf(), kept);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.hbaConf())).isEqualTo(kept + "\n" + BLOCK);
        ConfigurationFiles.writeHbaBlock(layout, OLD_BLOCK);
        assertThat(Files.readString(layout.hbaConf())).isEqualTo(kept + "\n" + OLD_BLOCK);
    }

    @Test
    void an_end_mark_before_the_block_is_left_alone() throws IOException {
        String kept = Layout.HBA_END + "\nhost all all 10.0.0.0/8 md5\n";
        Files.writeString(layout.hbaConf(), kept + OLD_BLOCK);
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.readString(layout.hbaConf())).isEqualTo(kept + BLOCK);
    }

    @Test
    void the_files_keep_their_modes() throws IOException {
        Files.writeString(layout.hbaConf(), "");
        Files.setPosixFilePermissions(
                layout.hbaConf(), PosixFilePermissions.fromString("rw-r-----"));
        ConfigurationFiles.writeHbaBlock(layout, BLOCK);
        assertThat(Files.getPosixFilePermissions(layout.hbaConf()))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void only_the_named_auto_settings_are_removed() throws IOException {
        Files.write(
                layout.postgresqlAutoConf(),
                latin1(
                        """
                        # Do not edit this file manually!\r
                        primary_conninfo = 'host=a'\r
                        work_mem = '4MB' # caf\u00e9
                         Primary_Slot_Name='s'
                        recovery_target_lsn'0/1'
                        primary_conninfo_of_mine = 'kept'
                        recovery_target\
                        """));
        ConfigurationFiles.removeAutoSettings(
                layout,
                Set.of(
                        "primary_conninfo",
                        "primary_slot_name",
                        "recovery_target_lsn",
                        "recovery_target"));
        assertThat(Files.readString(layout.postgresqlAutoConf(), ISO_8859_1))
                .isEqualTo(
                        """
                        # Do not edit this file manually!\r
                        work_mem = '4MB' # caf\u00e9
                        primary_conninfo_of_mine = 'kept'
                        """);
    }

    @Test
    void auto_settings_without_such_a_name_are_not_touched() throws IOException {
        Files.writeString(layout.postgresqlAutoConf(), "work_mem = '4MB'\r\n");
        Object before = inode(layout.postgresqlAutoConf());
        ConfigurationFiles.removeAutoSettings(layout, Set.of("primary_conninfo"));
        assertThat(inode(layout.postgresqlAutoConf())).isEqualTo(before);
    }

    @Test
    void without_an_auto_settings_file_there_is_nothing_to_remove() throws IOException {
        ConfigurationFiles.removeAutoSettings(layout, Set.of("primary_conninfo"));
        assertThat(layout.postgresqlAutoConf()).doesNotExist();
    }
}
