package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.HostileText;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules by example. That PostgreSQL reads back what was meant is for [QuotingIT].
class QuotingTest {

    @Test
    void a_setting_is_always_one_quoted_line() {
        assertThat(Quoting.conf("")).isEqualTo("''");
        assertThat(Quoting.conf("10")).isEqualTo("'10'");
        assertThat(Quoting.conf("it's # \\ $x")).isEqualTo("'it''s # \\\\ $x'");
        assertThat(Quoting.conf("\b\f\n\r\t")).isEqualTo("'\\b\\f\\n\\r\\t'");
        assertThat(Quoting.conf("\u00017\u007f")).isEqualTo("'\\0017\\177'");
        assertThat(Quoting.conf("é€🐘")).isEqualTo("'é€🐘'");
    }

    @Test
    void a_connection_word_is_quoted_only_where_it_must_be() {
        assertThat(Quoting.conninfo("db-1.example:5432/x")).isEqualTo("db-1.example:5432/x");
        assertThat(Quoting.conninfo("")).isEqualTo("''");
        assertThat(Quoting.conninfo("a b")).isEqualTo("'a b'");
        assertThat(Quoting.conninfo("it's \\")).isEqualTo("'it\\'s \\\\'");
        assertThat(Quoting.conninfo("plain\n")).isEqualTo("'plain\n'");
    }

    @Test
    void a_pass_file_field_escapes_its_separator() {
        assertThat(Quoting.passFile("a:b\\c")).isEqualTo("a\\:b\\\\c");
        assertThat(Quoting.passFile("*")).isEqualTo("\\*");
        assertThat(Quoting.passFile("#")).isEqualTo("\\#");
    }

    @Test
    void an_hba_field_is_always_quoted() {
        assertThat(Quoting.hba("all")).isEqualTo("\"all\"");
        assertThat(Quoting.hba("a\"b,c #")).isEqualTo("\"a\"\"b,c #\"");
        assertThat(Quoting.hba("\\")).isEqualTo("\"\\\"");
    }

    @Test
    void an_sql_literal_means_the_same_whatever_the_session_thinks_of_backslashes() {
        assertThat(Quoting.sqlLiteral("it's")).isEqualTo("'it''s'");
        assertThat(Quoting.sqlLiteral("\\'")).isEqualTo("E'\\\\'''");
    }

    @Test
    void an_sql_identifier_is_always_quoted() {
        assertThat(Quoting.sqlIdentifier("user")).isEqualTo("\"user\"");
        assertThat(Quoting.sqlIdentifier("a\"b")).isEqualTo("\"a\"\"b\"");
    }

    @ParameterizedTest
    @MethodSource("everySyntax")
    void a_nul_is_refused_by_every_syntax(UnaryOperator<String> syntax) {
        assertThatThrownBy(() -> syntax.apply("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot ");
    }

    static List<UnaryOperator<String>> everySyntax() {
        return List.of(
                Quoting::conf,
                Quoting::conninfo,
                Quoting::passFile,
                Quoting::hba,
                Quoting::sqlLiteral,
                Quoting::sqlIdentifier);
    }

    @ParameterizedTest
    @MethodSource("oneRecordALine")
    void a_line_break_is_refused_where_a_line_is_a_record(UnaryOperator<String> syntax) {
        for (String text : List.of("a\nb", "a\r", "\n")) {
            assertThatThrownBy(() -> syntax.apply(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("cannot ");
        }
    }

    static List<UnaryOperator<String>> oneRecordALine() {
        return List.of(Quoting::passFile, Quoting::hba);
    }

    /// Whatever stands in a file of ours, no value makes a second line of it.
    @Test
    void no_value_starts_a_line_or_continues_one() {
        for (int i = 0; i < 5_000; i++) {
            long seed = HostileText.FIRST_SEED + i;
            SplittableRandom random = new SplittableRandom(seed);
            String line = HostileText.oneLine(random);
            List<String> written =
                    List.of(
                            Quoting.conf(HostileText.any(random)),
                            Quoting.hba(line),
                            Quoting.passFile(line) + ":");
            assertThat(written)
                    .as("seed %d", seed)
                    .allSatisfy(text ->
                            assertThat(text).doesNotContain("\n", "\r", "\0").doesNotEndWith("\\"));
        }
    }
}
