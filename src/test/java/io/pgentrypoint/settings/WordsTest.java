package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.report.BadValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    /// Prints how many words there are, and each.
    private static final String SHOW =
            """
            printf '\\001%s' "$#"; for word; do printf '\\000%s' "$word"; done
            """;

    @Test
    void blanks_separate_and_quotes_protect() throws BadValue {
        assertThat(Words.split("--data-checksums --locale=\"C.UTF-8\"\t--x='a b'\n--y=a\\ b"))
                .containsExactly("--data-checksums", "--locale=C.UTF-8", "--x=a b", "--y=a b");
    }

    @Test
    void nothing_is_no_word_and_quotes_around_nothing_are_one() throws BadValue {
        assertThat(Words.split("")).isEmpty();
        assertThat(Words.split(" \t\n ")).isEmpty();
        assertThat(Words.split("'' \"\"")).containsExactly("", "");
    }

    @Test
    void a_backslash_joins_lines() throws BadValue {
        assertThat(Words.split("--a \\\n  --b \"c\\\nd\"")).containsExactly("--a", "--b", "cd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(id)",
                "`id`",
                "$HOME",
                "\"$HOME\"",
                "\"`id`\"",
                "a;b",
                "a&b",
                "a|b",
                "a>b",
                "a<b",
                "(a)",
                "a)"
            })
    void what_a_shell_would_act_upon_is_refused(String text) {
        assertThatThrownBy(() -> Words.split(text))
                .isInstanceOf(BadValue.class)
                .hasMessageContaining("here nothing is executed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "\"", "a'b", "\"a\\\"", "a\\"})
    void an_open_end_is_refused(String text) {
        assertThatThrownBy(() -> Words.split(text))
                .isInstanceOf(BadValue.class)
                .hasMessageContaining("ends in the middle of");
    }

    @Test
    void in_single_quotes_everything_is_itself() throws BadValue {
        assertThat(Words.split("'$(id) `x` \\ \" ;'")).containsExactly("$(id) `x` \\ \" ;");
    }

    /// What we take apart, /bin/sh takes apart in the same way.
    @Test
    void words_are_those_of_the_shell(@TempDir Path directory) throws IOException {
        List<String> texts = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        StringBuilder script = new StringBuilder("set -f\n");
        for (int i = 0; i < 3_000; i++) {
            String text = shellText(new SplittableRandom(HostileText.FIRST_SEED + i));
            // A bare line break would end the shell's command; to us it separates words.
            if (text.replaceAll("(?s)\\\\.", "").contains("\n")) {
                continue;
            }
            try {
                List<String> words = new ArrayList<>(Words.split(text));
                words.addFirst("\1" + words.size());
                ours.add(String.join("\0", words));
                texts.add(text);
                script.append("set -- ").append(text).append("\n");
                script.append(SHOW);
            } catch (BadValue e) {
                // told to its user; there is nothing to compare
            }
        }
        assertThat(texts).hasSizeGreaterThan(1_000);
        String output = run(Files.writeString(directory.resolve("words.sh"), script));
        List<String> shells = List.of(output.split("(?=\1)"));
        for (int i = 0; i < texts.size(); i++) {
            assertThat(ours.get(i)).as("words of [%s]", texts.get(i)).isEqualTo(shells.get(i));
        }
    }

    private static String run(Path script) throws IOException {
        Process shell =
                new ProcessBuilder("/bin/sh", script.toString()).redirectErrorStream(true).start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// No tilde and no comment, to which the shell gives a meaning of its own.
    private static String shellText(SplittableRandom random) {
        List<String> pieces =
                List.of(
                        "a", "-", "=", " ", "\t", "'", "'", "\"", "\"", "\\", "\\\n", "\\\"", "\\'",
                        "\\\\", "\\$", "\\`", "\\ ", "*", "?", "é", "\\n", "''", "\"\"", "%s", "!");
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }
}
