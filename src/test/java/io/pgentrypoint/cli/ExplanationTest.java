package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.Golden;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.settings.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What `explain` says, and docs/reference/troubleshooting.md, which is written from the same.
class ExplanationTest {

    private static final String HEAD =
            """
            # Troubleshooting

            Generated from what `entrypoint explain` says; a test fails when this page is stale. The command
            works without a network: `entrypoint explain 76`, `entrypoint explain STOP_GRACE`,
            `entrypoint explain "it rejects the password"`.

            The last lines of a failed start have the exit code and the message, in the log and in
            `/dev/termination-log`:

            ```text
            ERROR cannot use the primary db3:5432: waited 10 s (PRIMARY_WAIT), and it rejects the password of the replication role (password authentication failed for user "replicator")
            ERROR → give both nodes the same REPLICATION_USER and REPLICATION_PASSWORD
            ERROR Exit code 69 (…), while waiting for the primary
            ```

            The line with the arrow says what to do. This page says more for the messages that are met most; `…`
            stands for any text. By what you see: [When something is
            wrong](../how-to/when-something-is-wrong.md). What each code means, and whether a retry helps: [Exit
            codes](exit-codes.md).
            """;

    @Test
    void the_page_is_what_the_command_knows() {
        StringBuilder page = new StringBuilder(HEAD);
        for (ExitCode code : ExitCode.values()) {
            CodeAdvice advice = CodeAdvice.of(code);
            section(page, "%d: %s".formatted(code.code(), advice.title()), advice);
        }
        for (int signal : List.of(2, 6, 9, 11, 15)) {
            CodeAdvice advice = CodeAdvice.ofSignal(signal);
            section(page, "%d: %s".formatted(128 + signal, advice.title()), advice);
        }
        page.append("\n## Messages of a node that runs\n");
        table(page, CodeTroubles.RUNNING);
        Golden.matches("../../../../../docs/reference/troubleshooting.md", page.toString());
    }

    private static void section(StringBuilder page, String title, CodeAdvice advice) {
        page.append("\n## ").append(title).append("\n\n");
        page.append(String.join("\n", folded(advice.text()))).append('\n');
        table(page, advice.troubles());
    }

    private static void table(StringBuilder page, List<Trouble> troubles) {
        if (troubles.isEmpty()) {
            return;
        }
        page.append("\n| message | cause | remedy |\n|---|---|---|\n");
        for (Trouble trouble : troubles) {
            page.append(
                    "| `%s`%s | %s | %s |\n"
                            .formatted(
                                    trouble.symptom(),
                                    trouble.speaker() == Trouble.Speaker.SERVER
                                            ? " (the server)"
                                            : "",
                                    trouble.cause(),
                                    trouble.remedy()));
        }
    }

    /// At 100 columns, as the other pages.
    private static List<String> folded(String text) {
        StringBuilder all = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > 100) {
                all.append('\n');
                column = 0;
            } else if (column > 0) {
                all.append(' ');
                column++;
            }
            all.append(word);
            column += word.length();
        }
        return all.toString().lines().toList();
    }

    @Test
    void every_message_of_ours_that_is_explained_is_one_that_the_program_says() throws IOException {
        String said = sources();
        assertThat(CodeTroubles.all())
                .filteredOn(trouble -> trouble.speaker() == Trouble.Speaker.ENTRYPOINT)
                .allSatisfy(trouble ->
                        assertThat(trouble.parts()).allMatch(said::contains, "is in the program"));
    }

    /// The program without its explanations, with the lines of text blocks joined.
    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> walk = Files.walk(Path.of("src/main/java/io/pgentrypoint"))) {
            for (Path file : walk.filter(each -> each.toString().endsWith(".java")).toList()) {
                if (!file.endsWith("CodeTroubles.java")) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString().replaceAll("\\\\\\R\\s*", "");
    }

    @Test
    void every_exit_code_is_explained_with_what_it_means_and_what_to_do() {
        assertThat(ExitCode.values())
                .allSatisfy(code -> {
                    String text = joined(Explanation.of(Integer.toString(code.code())));
                    assertThat(text)
                            .startsWith("exit code %d: ".formatted(code.code()))
                            .contains(code.meaning(), " remedy ", " retry ");
                });
    }

    @Test
    void an_end_by_a_signal_and_a_code_of_another_program_are_explained() {
        assertThat(joined(Explanation.of("137")))
                .contains("killed (signal 9)", "memory", "STOP_GRACE");
        assertThat(joined(Explanation.of("3"))).contains("not of the entrypoint");
    }

    @Test
    void every_variable_is_explained_by_each_of_its_names() {
        assertThat(Variables.all())
                .allSatisfy(variable -> {
                    assertThat(joined(Explanation.of(variable.name())))
                            .startsWith(variable.name() + " ")
                            .contains("default " + variable.fallback().replaceAll("\\s+", " "));
                    assertThat(variable.aliases())
                            .allSatisfy(alias ->
                                    assertThat(Explanation.of(alias))
                                            .isEqualTo(Explanation.of(variable.name())));
                });
        assertThat(joined(Explanation.of("replication_password_file")))
                .contains("REPLICATION_PASSWORD", "it rejects the password");
        assertThat(joined(Explanation.of("POSTGRES_CONF_shared_buffers")))
                .contains("It sets shared_buffers of the server");
    }

    @Test
    void every_message_is_found_by_a_line_that_has_it_and_by_a_part_of_it() {
        assertThat(CodeTroubles.all())
                .allSatisfy(trouble -> {
                    String line = "ERROR  x: " + trouble.symptom().replace("…", "db3:5432") + " z";
                    assertThat(joined(Explanation.of(line)))
                            .contains(Explanation.plain(trouble.cause()));
                    assertThat(
                                    joined(
                                            Explanation.of(
                                                    trouble.symptom()
                                                            .toUpperCase(java.util.Locale.ROOT))))
                            .contains(Explanation.plain(trouble.remedy()));
                });
    }

    @Test
    void a_whole_line_of_a_log_finds_every_entry_that_fits() {
        assertThat(
                        joined(
                                Explanation.of(
                                        """
                                        cannot use the primary db3:5432: waited 10 s (PRIMARY_WAIT), and it rejects the \
                                        password of the replication role (password authentication failed for user "replicator")\
                                        """)))
                .contains("different passwords", "A password is wrong")
                .doesNotContain("VOLUME_WAIT");
    }

    @Test
    void a_near_miss_proposes() {
        assertThatThrownBy(() -> Explanation.of("STOP_GRAEC"))
                .hasMessageContaining("cannot explain STOP_GRAEC")
                .hasFieldOrPropertyWithValue("exitCode", 64)
                .extracting("remedy")
                .isEqualTo("did you mean STOP_GRACE?");
        assertThatThrownBy(() -> Explanation.of("the primary's history diverged"))
                .extracting("remedy")
                .asString()
                .contains("its history has diverged from the primary's");
        assertThatThrownBy(() -> Explanation.of("xyzzy"))
                .extracting("remedy")
                .isEqualTo("entrypoint explain lists what can be asked");
    }

    @Test
    void without_an_argument_it_lists_what_can_be_asked() {
        String index = joined(Explanation.index());
        assertThat(ExitCode.values())
                .allMatch(code ->
                        index.contains(
                                "%d %s".formatted(code.code(), CodeAdvice.of(code).title())));
        assertThat(CodeTroubles.all()).allMatch(trouble -> index.contains(trouble.symptom()));
    }

    @Test
    void lines_are_at_most_80_columns_and_plain() {
        assertThat(
                        Stream.of("76", "65", "REPLICATION_PASSWORD", "its name cannot be resolved")
                                .map(Explanation::of)
                                .flatMap(List::stream))
                .allMatch(line -> line.length() <= 80 || !line.strip().contains(" "))
                .noneMatch(line -> line.contains("`") || line.contains("]("));
        assertThat(Explanation.plain("`a`, [B c](../how-to/make-space.md), [D](volume.md#e)"))
                .isEqualTo("a, B c (docs/how-to/make-space.md), D (docs/reference/volume.md#e)");
    }

    private static String joined(List<String> lines) {
        return String.join("\n", lines).replaceAll("\\s+", " ");
    }
}
