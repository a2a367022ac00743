package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file that the kernel starts, in the hands of shells and of Dockerfiles. The ids are those of
/// docs/reference/official-image.md.
class EntrypointFileIT {

    private static final String NAME = "docker-entrypoint.sh";

    @ParameterizedTest
    @DisplayName("ARG-9: a shell that runs docker-entrypoint.sh becomes the entrypoint")
    @ValueSource(strings = {"bash", "dash"})
    void a_shell_that_runs_the_file_becomes_the_entrypoint(String shell) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.entrypointFile(NAME);
            Run run = node.served(node.program(shell, file.toString(), "postgres"));
            assertThat(run.family().getFirst()).isEqualTo(run.pid());
            assertThat(run.stop().code()).isZero();
            Run.Ended words =
                    node.program(shell, file.toString(), "printf", "[%s]", "two words", "$HOME")
                            .end();
            assertThat(words.stdout()).isEqualToIgnoringNewLines("[two words][$HOME]");
        }
    }

    @Test
    @DisplayName("ARG-9: bash finds docker-entrypoint.sh in the PATH")
    void bash_finds_the_file_in_the_path() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.entrypointFile(NAME);
            Run.Ended ended = node.program("bash", NAME, "printf", "%s", "found").end();
            assertThat(ended.stdout()).as(ended.stderr()).isEqualToIgnoringNewLines("found");
        }
    }

    @Test
    @DisplayName("ARG-10: a sourced docker-entrypoint.sh says one sentence and returns 78")
    void a_sourced_file_says_one_sentence_and_returns_78() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.entrypointFile(NAME);
            Run.Ended ended =
                    node.program("bash", "-c", "source " + NAME + "; echo \"returned $?\"").end();
            assertThat(ended.stdout()).isEqualTo("returned 78\n");
            assertThat(ended.stderr())
                    .hasLineCount(1)
                    .contains("cannot source docker-entrypoint.sh", "/docker-entrypoint-initdb.d");
        }
    }

    /// Word for word what Dockerfiles do that bake a database into an image; `sed -i` leaves a copy
    /// in the place of a symbolic link.
    @ParameterizedTest
    @DisplayName("ARG-11: without its exec line docker-entrypoint.sh initializes and ends")
    @ValueSource(
            strings = {
                "sed -i 's/exec \"$@\"/echo \"skipping...\"/' $0 && $0 postgres",
                "sed -i 's/exec \"$@\"/echo \"skipping...\"/' $0 && bash docker-entrypoint.sh postgres",
                "grep -v 'exec \"$@\"' $0 > $0-build.sh; chmod 755 $0-build.sh; $0-build.sh postgres"
            })
    void without_its_exec_line_the_file_initializes_and_ends(String recipe) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.entrypointFile(NAME);
            node.initScript("a.sql", "create table baked ();");
            Run.Ended ended = node.program("bash", "-ec", recipe, file.toString()).end();
            assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
            assertThat(ended.stdout()).contains("CREATE TABLE");
            Run served = node.serve();
            assertThat(served.said()).doesNotContain("CREATE TABLE");
            assertThat(node.ask("SELECT count(*) FROM pg_class WHERE relname = 'baked'"))
                    .isEqualTo("1");
            assertThat(served.stop().code()).isZero();
        }
    }
}
