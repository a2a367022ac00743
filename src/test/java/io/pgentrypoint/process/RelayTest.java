package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.report.ServerLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RelayTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Relay relay, String script) {
        Command command = new Command("test", List.of("sh", "-c", script), Map.of());
        return new Programs(new StopRequest(), relay).start(command).exit().join();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void every_byte_has_gone_on_when_the_end_is_known() {
        Relay relay = Relay.to(null, out, err);
        assertThat(run(relay, "printf 'a\\377\\0b'; printf 'no end' >&2; exit 9")).isEqualTo(9);
        assertThat(text(out)).isEqualTo("a\377\0b");
        assertThat(text(err)).isEqualTo("no end");
    }

    @Test
    void nothing_of_a_flood_is_lost_and_its_end_is_kept() {
        Relay relay = Relay.to(null, out, err);
        run(relay, "seq 1 200000 >&2");
        assertThat(err.size()).isEqualTo(1_288_895);
        assertThat(relay.lastLines(2)).containsExactly("199999", "200000");
        assertThat(relay.lastLines(1000)).hasSize(1000);
    }

    @Test
    void lines_are_formatted_one_by_one_and_kept_as_they_came() {
        Relay relay = Relay.to(line -> "<" + line + ">", out, err);
        run(relay, "printf 'one \\ntwo' >&2");
        assertThat(text(err)).isEqualTo("<one>\n<two>\n");
        assertThat(relay.lastLines(9)).containsExactly("one ", "two");
    }

    @Test
    void a_program_does_not_wait_for_an_output_that_nobody_takes() {
        OutputStream broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        assertThat(run(Relay.to(null, broken, err), "seq 1 100000; exit 3")).isEqualTo(3);
    }

    @Test
    void a_line_that_cannot_be_formatted_goes_on_as_it_is() {
        Relay relay =
                Relay.to(
                        line -> {
                            if (line.startsWith("bad")) {
                                throw new OutOfMemoryError("no heap for " + line);
                            }
                            return "<" + line + ">";
                        },
                        out,
                        err);
        assertThat(run(relay, "echo one; echo bad; echo two; printf 'bad end'")).isZero();
        assertThat(text(out)).isEqualTo("<one>\nbad\n<two>\nbad end\n");
    }

    @Test
    void a_masked_output_lacks_its_secrets_and_nothing_else() {
        Masks.add(List.of(new Secret("hush'7f3e91")), List.of());
        String script =
                """
                printf 'a\\377\\0b \\r\\n'; echo "PASSWORD 'hush''7f3e91' " >&2
                echo 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5' >&2; printf 'no end'
                """;
        Relay unmasked = Relay.to(null, out, err);
        run(unmasked.masked(), script);
        assertThat(text(out)).isEqualTo("a\377\0b \r\nno end");
        assertThat(text(err)).isEqualTo("PASSWORD '****' \nSCRAM-SHA-256$****\n");
        // A line of the other output may come before the end of this one.
        assertThat(unmasked.lastLines(9)).anyMatch(line -> line.startsWith("no end"));
    }

    @Test
    void a_masked_line_is_formatted_afterwards() {
        Masks.add(List.of(new Secret("hush\"7f3e91")), List.of());
        run(Relay.to(ServerLine::json, out, err).masked(), "echo 'LOG:  \"hush\"7f3e91\"'");
        assertThat(text(out)).contains("\"message\":\"\\\"****\\\"\"");
    }

    @Test
    void a_line_that_cannot_be_masked_does_not_go_on() {
        Relay relay =
                Relay.to(
                        _ -> {
                            throw new OutOfMemoryError("no heap");
                        },
                        out,
                        err);
        run(relay.masked(), "echo hush");
        assertThat(text(out)).contains("is left out").doesNotContain("hush");
    }

    @Test
    void a_line_without_an_end_goes_on_in_pieces() {
        int length = 100 << 20;
        AtomicLong passed = new AtomicLong();
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        passed.incrementAndGet();
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int count) {
                        passed.addAndGet(count);
                    }
                };
        Relay relay = Relay.to(line -> line, counting, err);
        run(relay, "head -c %d /dev/zero | tr '\\0' x; echo; echo next".formatted(length));
        assertThat(passed.get()).isBetween((long) length, length + length / 10_000L);
        assertThat(relay.lastLines(1)).containsExactly("next");
    }

    @Test
    void before_anything_is_said_there_are_no_last_lines() {
        assertThat(Relay.to(null, out, err).lastLines(5)).isEmpty();
    }

    @Test
    void what_a_descendant_that_lives_on_will_say_is_not_waited_for() {
        assertThat(run(Relay.to(null, out, err), "echo up; sleep 3 & exit 4")).isEqualTo(4);
        assertThat(text(out)).isEqualTo("up\n");
    }
}
