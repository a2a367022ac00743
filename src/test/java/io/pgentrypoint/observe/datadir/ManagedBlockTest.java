package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import org.junit.jupiter.api.Test;

class ManagedBlockTest {

    private static final String BLOCK =
            Layout.HBA_BEGIN + "\nhost all all all scram-sha-256\n" + Layout.HBA_END + "\n";
    private static final String USERS = "local all all peer\n";

    private static String found(String text) {
        return ManagedBlock.in(text).map(block -> block.of(text)).orElse("none");
    }

    @Test
    void it_is_found_between_the_lines_of_the_user() {
        assertThat(found(USERS + BLOCK + USERS)).isEqualTo(BLOCK);
    }

    @Test
    void a_file_may_end_with_it() {
        assertThat(found(USERS + BLOCK.stripTrailing())).isEqualTo(BLOCK.stripTrailing());
    }

    @Test
    void an_editor_that_ends_lines_with_a_carriage_return_does_not_hide_it() {
        String text = (USERS + BLOCK + USERS).replace("\n", "\r\n");
        assertThat(found(text)).isEqualTo(BLOCK.replace("\n", "\r\n"));
    }

    @Test
    void a_file_without_marks_has_none() {
        assertThat(found("")).isEqualTo("none");
        assertThat(found(USERS)).isEqualTo("none");
    }

    @Test
    void a_first_mark_without_a_last_one_takes_no_line_of_the_user() {
        assertThat(found(Layout.HBA_BEGIN + "\n" + USERS)).isEqualTo("none");
    }

    @Test
    void a_last_mark_without_a_first_one_takes_no_line_of_the_user() {
        assertThat(found(USERS + Layout.HBA_END + "\n" + USERS)).isEqualTo("none");
    }

    @Test
    void the_block_written_after_a_lone_mark_is_found_again_without_the_lines_between() {
        assertThat(found(Layout.HBA_BEGIN + "\n" + USERS + BLOCK)).isEqualTo(BLOCK);
        assertThat(found(Layout.HBA_END + "\n" + USERS + BLOCK)).isEqualTo(BLOCK);
        assertThat(found(BLOCK + Layout.HBA_BEGIN + "\n" + USERS)).isEqualTo(BLOCK);
    }
}
