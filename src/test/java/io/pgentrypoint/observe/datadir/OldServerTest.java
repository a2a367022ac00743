package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OldServerTest {

    private static final OldServer SAID =
            new OldServer(
                    "0/3000000",
                    "o'a\\d\nmin=",
                    new OldServer.Locale(
                            "UTF8", "C", "C", "i", Optional.of("de-x"), Optional.of("&a < ü")),
                    true,
                    5L << 40,
                    2,
                    "a, b",
                    List.of(
                            new OldServer.Installed("a\tb\n", "postgis", "3.3"),
                            new OldServer.Installed("c=", "x", "")),
                    false);

    @Test
    void what_was_written_is_read_again() {
        assertThat(OldServer.parse(SAID.text())).contains(SAID);
    }

    @Test
    void what_was_not_written_whole_or_is_wrong_says_nothing() {
        assertThat(OldServer.parse("")).isEmpty();
        assertThat(OldServer.parse("whole=true\nbytes=x\n")).isEmpty();
        assertThat(OldServer.parse(SAID.text().replace("extensions=2", ""))).isEmpty();
        assertThat(OldServer.parse("whole=true\nbytes=\\u00\n")).isEmpty();
    }

    @Test
    void a_note_of_an_upgrade_is_read_again_and_half_of_one_is_none() {
        Upgraded done =
                new Upgraded(15, 17, "pgsql_tmp_replaced-postgresql-15-2", true, true, true);
        assertThat(Upgraded.parse(done.text())).contains(done);
        assertThat(Upgraded.parse(done.withStatistics().text())).contains(done.withStatistics());
        assertThat(Upgraded.parse(done.text().replace("end\n", ""))).isEmpty();
        assertThat(Upgraded.parse(done.text().replace("pgsql_tmp_replaced-", "../"))).isEmpty();
    }
}
