package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Everything that a node prints in its life, line by line.
class LogLinesIT {

    private static final Pattern TIME =
            Pattern.compile("(?m)^\\d{4}-\\d\\d-\\d\\d [0-9:.]{12} (\\S+) \\[");

    private static final Pattern CRASHED_AND_READY =
            Pattern.compile("(?s)reinitializing.*ready to accept connections");

    private static List<JsonObject> objects(String said) {
        // What ProcessNode puts between its runs.
        List<String> lines = said.replace("\n----\n", "").lines().toList();
        assertThat(lines).isNotEmpty();
        return lines.stream().map(LogLinesIT::object).toList();
    }

    private static JsonObject object(String line) {
        try {
            JsonElement parsed = JsonParser.parseString(line);
            assertThat(parsed.isJsonObject()).as(line).isTrue();
            assertThat(parsed.getAsJsonObject().keySet())
                    .as(line)
                    .contains("timestamp", "level", "source", "message");
            return parsed.getAsJsonObject();
        } catch (JsonParseException e) {
            throw new AssertionError("no object: " + line, e);
        }
    }

    private static List<String> messages(String said, String level) {
        return objects(said).stream()
                .filter(line -> line.get("level").getAsString().equals(level))
                .map(line -> line.get("message").getAsString())
                .toList();
    }

    private static void assertEnds(Run.Ended ended, int code) {
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isEqualTo(code);
    }

    /// A zone that Java knows and PostgreSQL does not: a server refuses a session that asks for it.
    private static ProcessNode json(ProcessNode node) {
        return node.with("LOG_FORMAT", "json").with("TZ", "SystemV/PST8");
    }

    @Test
    void with_json_each_line_is_an_object_from_a_wrong_setting_to_a_rewind() throws IOException {
        try (Pair pair = Pair.create()) {
            ProcessNode one = json(pair.one()).with("POSTGRES_CONF_shared_bufers", "1");
            ProcessNode two = json(pair.two());
            assertEnds(one.call(), 78);
            assertEnds(one.with("STOP_MODE", "never").call(), 78);
            assertEnds(one.without("POSTGRES_CONF_shared_bufers").call("no-such-program"), 127);
            assertEnds(one.without("STOP_MODE").call("run", "--bogus"), 64);

            one.initScript("a.sql", "SELECT 'a', E'two\\nlines';", "\\echo '{\"own\": 1}'");
            one.initScript("b.sh", "echo heard >&2", "psql -c 'SELECT nothing'");
            assertEnds(one.call(), 1);
            assertThat(one.said()).doesNotContain("pass-through", "can only be used");
            one.initScript("b.sh", "printf 'unended' >&2");

            Run[] runs = pair.makeServing();
            assertThat(runs[0].said()).contains("PostgreSQL init process complete; ready for");
            runs[0].signal("HUP");
            runs[0].await("received SIGHUP, reloading", 60);
            assertEnds(runs[1].stop(), 0);
            one.sql("INSERT INTO lost SELECT generate_series(1, 500)");
            runs[0].kill();

            Run now = two.serve();
            assertEnds(two.call("promote"), 0);
            String checkpointer =
                    two.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
            Run.kill("SEGV", List.of(Long.valueOf(checkpointer)));
            now.await("all server processes terminated; reinitializing", 60);
            while (!CRASHED_AND_READY.matcher(now.said()).find() && now.alive()) {
                now.leave(Duration.ofMillis(50));
            }

            ProcessNode former = pair.former();
            assertEnds(former.call(), 76);
            Run rewound = former.with("REJOIN", "rewind").serve();
            assertThat(messages(rewound.said(), "WARN"))
                    .anyMatch(line -> line.startsWith("the rewind throws away"));
            assertEnds(rewound.stop(), 0);
            assertEnds(now.stop(), 0);
            objects(one.said());
            objects(runs[1].said());
            objects(now.said());
        }
    }

    @Test
    void lines_of_both_have_the_servers_zone_whatever_TZ_is_at_a_later_start() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("TZ", "Asia/Tokyo")) {
            assertEnds(node.call("init"), 0);
            Run run = node.with("TZ", "Europe/Berlin").serve();
            assertEnds(run.stop(), 0);
            assertThat(TIME.matcher(node.said()).results().map(found -> found.group(1)))
                    .hasSizeGreaterThan(20)
                    .containsOnly("JST");
            Run other = node.with("POSTGRES_CONF_log_timezone", "UTC").serve();
            assertEnds(other.stop(), 0);
            assertThat(TIME.matcher(other.said()).results().map(found -> found.group(1)))
                    .containsOnly("UTC");
        }
    }
}
