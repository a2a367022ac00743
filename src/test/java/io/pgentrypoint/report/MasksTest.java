package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.pgentrypoint.HostileText;
import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.patroni.YamlText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MasksTest {

    private static final int CASES = 300;

    @AfterEach
    void forget() {
        Masks.clear();
    }

    private static void know(String... secrets) {
        Masks.add(
                java.util.Arrays.stream(secrets).map(Secret::new).toList(),
                List.of("postgres", "app"));
    }

    private static List<String> spellings(String secret) {
        List<String> all = new ArrayList<>();
        all.add(secret);
        all.add(Quoting.sqlLiteral(secret));
        // initdb's, with E'' always
        all.add("E'" + secret.replace("\\", "\\\\").replace("'", "''") + "'");
        all.add(Quoting.sqlIdentifier(secret));
        all.add(Quoting.conninfo(secret));
        all.add(Quoting.conf(secret));
        all.add(Quoting.passFile(secret));
        all.add(Quoting.sqlLiteral(Quoting.conninfo(secret)));
        all.add(Quoting.conf(Quoting.conninfo(secret)));
        all.add(new Gson().toJson(secret));
        all.add(new GsonBuilder().disableHtmlEscaping().create().toJson(secret));
        all.add(new Gson().toJson(Quoting.sqlLiteral(secret)));
        all.add(YamlText.of(Map.of("password", secret)));
        all.add("'" + secret.replace("'", "''") + "'");
        all.add("'" + secret.replace("'", "'\\''") + "'");
        all.add("'" + secret.replace("'", "'\"'\"'") + "'");
        all.add("'" + secret.replace("\\", "\\\\").replace("'", "\\'") + "'");
        all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        all.add(perCent(secret));
        return all;
    }

    /// Each byte, in small letters.
    private static String perCent(String text) {
        StringBuilder coded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            coded.append(String.format("%%%02x", each));
        }
        return coded.toString();
    }

    @Test
    void every_spelling_of_a_hostile_secret_is_masked() {
        for (int i = 0; i < CASES; i++) {
            long seed = HostileText.FIRST_SEED + i;
            // The last part has no other spelling, and nothing of it may be left.
            String secret = HostileText.oneLine(new SplittableRandom(seed)) + "kZ7q";
            Masks.clear();
            know(secret);
            for (String spelling : spellings(secret)) {
                assertThat(Masks.apply("ALTER USER x WITH PASSWORD " + spelling + ";"))
                        .as("seed %d: %s", seed, spelling)
                        .startsWith("ALTER USER x WITH PASSWORD ")
                        .contains("****")
                        .doesNotContain("kZ7q", perCent("kZ7q"))
                        .hasSizeLessThan(60);
            }
        }
    }

    @Test
    void what_is_no_secret_stays_as_it_is() {
        know("s3cr'et\\x");
        for (String text :
                List.of("", "s3cr", "s3cr'et", "\\\\\\\\", "100% + 'x'", "s3cr\"et\\x", "****")) {
            assertThat(Masks.apply(text)).isEqualTo(text);
        }
        assertThat(Masks.apply("as3cr'et\\xb and s3cr''et\\\\x")).isEqualTo("a****b and ****");
    }

    @Test
    void an_ordinary_word_is_masked_as_a_word_and_a_name_or_a_few_characters_never() {
        know("test", "postgres", "app", "abc", "2026");
        assertThat(Masks.apply("test 'test' latest my_test postgres app abc 20261130 12-2026"))
                .isEqualTo("**** '****' latest my_test postgres app abc 20261130 12-****");
    }

    @Test
    void a_verifier_is_masked_whatever_the_password() {
        assertThat(Masks.apply("PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5+/=' x"))
                .isEqualTo("PASSWORD 'SCRAM-SHA-256$****' x");
    }

    @Test
    void a_long_text_of_backslashes_takes_no_time() {
        know("\\\\\\\\x", "'''''x", "aaaaaaaa1");
        String text = ("\\".repeat(1000) + "'".repeat(1000) + "a".repeat(1000)).repeat(3);
        assertThat(Masks.apply(text)).isEqualTo(text);
    }
}
