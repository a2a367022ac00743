package io.pgentrypoint.execute.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What stands in the way of a hand-over to Patroni, which wants the data directory empty.
class StateDirectoryTest {

    private static final Path SOURCES = Path.of("src/main/java/io/pgentrypoint");

    /// Names are made with what Layout calls the directory, or within Layout itself.
    private static final Pattern NAMED =
            Pattern.compile("stateDirectory\\(\\)\\s*\\.resolve\\(\\s*\"([^\"]+)\"");

    @TempDir private Path data;
    private Layout layout;

    @BeforeEach
    void make() throws IOException {
        layout = new Layout(data);
        Files.createDirectory(layout.stateDirectory());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                "pgsql_tmp_holder",
                "pgsql_tmp_node",
                "journal",
                "upstream.pgpass",
                "libc",
                "clock",
                "nss.passwd",
                "nss.group",
                "pgsql_tmp_link",
                "pgsql_tmp_journal",
                "pgsql_tmp_pgsql_tmp_node",
                "pgsql_tmp_upstream.pgpass",
                "pgsql_tmp_libc",
                "pgsql_tmp_nss.passwd",
                "pgsql_tmp_nss.group"
            })
    void what_a_killed_start_leaves_is_no_obstacle(String name) throws IOException {
        Files.writeString(layout.stateDirectory().resolve(name), "left");
        StateDirectory.remove(layout);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void half_a_model_and_an_empty_directory_are_none_either() throws IOException {
        Files.createDirectories(layout.stateDirectory().resolve("model/global"));
        Files.createDirectories(layout.replaced("2026-11-23"));
        StateDirectory.remove(layout);
        assertThat(data).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "staging/PG_VERSION",
                "pgsql_tmp_replaced-2026-11-23/PG_VERSION",
                "pgsql_tmp_entrypoint-0123456789abcdef/PG_15_202209061/1",
                "pgsql_tmp_notes/mine",
                "notes/mine"
            })
    void what_may_be_somebodys_data_is_named_and_nothing_is_deleted(String file)
            throws IOException {
        Path path = layout.stateDirectory().resolve(file);
        Files.createDirectories(AtomicFiles.parent(path));
        Files.writeString(path, "15");
        Files.createFile(layout.lock());
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> StateDirectory.remove(layout));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.DATA.code());
        String top = layout.stateDirectory().relativize(path).getName(0).toString();
        assertThat(refusal.reason()).endsWith(layout.stateDirectory().resolve(top).toString());
        assertThat(path).exists();
        assertThat(layout.lock()).exists();
    }

    /// Whoever gives a file there a new name says here what it is.
    @Test
    void every_name_that_the_program_gives_there_is_known() throws IOException {
        Set<String> names = new TreeSet<>();
        try (var files = Files.walk(SOURCES)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Matcher name = NAMED.matcher(Files.readString(file));
                while (name.find()) {
                    names.add(name.group(1));
                }
            }
        }
        assertThat(names).contains("lock", "model", "clock", "pgsql_tmp_link");
        names.removeAll(List.of("staging"));
        for (String name : names) {
            Path file = Files.writeString(layout.stateDirectory().resolve(name), "left");
            assertThat(StateDirectory.isOurs(file, layout)).as(name).isTrue();
        }
    }
}
