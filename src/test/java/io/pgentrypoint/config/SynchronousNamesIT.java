package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What we take for a value of synchronous_standby_names the server takes too, and nothing else: a
/// value that it refuses would end its next start.
class SynchronousNamesIT {

    private static final int TRIED = 150;
    private static final List<String> PARTS =
            List.of(
                    "any",
                    "FIRST",
                    "1",
                    "2",
                    "0",
                    "a",
                    "db_2",
                    "\"db-3\"",
                    "\"a\"\"b\"",
                    "*",
                    "(",
                    ")",
                    ",",
                    ",",
                    " ",
                    "-",
                    "\"",
                    "é$",
                    ";",
                    "\n");

    @Test
    void the_server_takes_what_we_take_and_refuses_what_we_refuse() throws IOException {
        SplittableRandom random = new SplittableRandom(HostileText.FIRST_SEED);
        List<String> texts =
                new ArrayList<>(
                        List.of(
                                "*",
                                "a,b",
                                "ANY 1 (*)",
                                "first 2 ( a , \"b\" , 3 )",
                                "2(a,b)",
                                "first",
                                "any",
                                "\"any\"",
                                "12"));
        while (texts.size() < TRIED) {
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "ANY 1 (" : "");
            for (int i = random.nextInt(1, 7); i > 0; i--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            texts.add(text + (random.nextBoolean() ? ")" : ""));
        }
        int taken = 0;
        try (ScratchCluster cluster = new ScratchCluster()) {
            cluster.initialise();
            for (String text : texts) {
                if (text.isBlank()) {
                    // None at all, for the server; a variable that is set means something.
                    continue;
                }
                ScratchCluster.Outcome outcome =
                        cluster.attempt(
                                "postgres",
                                "-C",
                                "synchronous_standby_names",
                                "-D",
                                cluster.data.toString(),
                                "-c",
                                "synchronous_standby_names=" + text);
                assertThat(takes(text)).as("%s: %s", text, outcome).isEqualTo(outcome.code() == 0);
                taken += outcome.code() == 0 ? 1 : 0;
            }
        }
        assertThat(taken).isBetween(15, TRIED - 15);
    }

    private static boolean takes(String text) {
        try {
            return SynchronousStandbys.parse(text).number() > 0;
        } catch (BadValue e) {
            return false;
        }
    }
}
