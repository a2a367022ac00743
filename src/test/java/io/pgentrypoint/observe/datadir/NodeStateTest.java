package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.observe.datadir.NodeState.Role;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeStateTest {

    private static final NodeState REPLICA =
            NodeState.of(Role.REPLICA).replica("Node-2", Optional.of("node_2"));
    private static final Promotion PROMOTION =
            new Promotion(1, 2, "0/3000148", "2026-11-23T08:00:00Z");

    @Test
    void a_person_can_read_it() {
        assertThat(REPLICA.promoting(1).text())
                .isEqualTo(
                        """
                        role=replica
                        name=Node-2
                        slot=node_2
                        promoting-from=1
                        end
                        """);
        assertThat(REPLICA.promoting(1).promoted(Role.PRIMARY, PROMOTION).text())
                .isEqualTo(
                        """
                        role=primary
                        name=Node-2
                        promoted-from=1
                        promoted-to=2
                        promoted-at-position=0/3000148
                        promoted-at=2026-11-23T08:00:00Z
                        end
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r", "a b", "100%", "line\nend", "é=", "end"})
    void what_is_written_is_what_is_read(String name) {
        NodeState record = REPLICA.replica(name, Optional.empty()).promoting(7);
        assertThat(NodeState.parse(record.text())).isEqualTo(record);
    }

    @Test
    void what_has_superseded_it_is_read_again_and_outlasts_all_but_a_promotion() {
        Optional<NodeState.Superseded> seen =
                Optional.of(new NodeState.Superseded(2, "db2:5432", "7301234567890123456"));
        NodeState record = NodeState.of(Role.PRIMARY).supersededBy(seen);
        assertThat(NodeState.parse(record.text())).isEqualTo(record);
        assertThat(record.readWrite(Role.STANDALONE).superseded()).isEqualTo(seen);
        assertThat(record.replica("r", Optional.empty()).under("db2:5432").superseded())
                .isEqualTo(seen);
        assertThat(record.member().promoting(1).superseded()).isEqualTo(seen);
        assertThat(record.rewound().superseded()).isEmpty();
        assertThat(record.promoted(Role.PRIMARY, PROMOTION).superseded()).isEmpty();
    }

    @Test
    void whom_it_was_handed_to_is_read_again_and_is_over_once_the_node_has_a_role() {
        NodeState record = NodeState.of(Role.PRIMARY).handedTo("db2:5432");
        assertThat(NodeState.parse(record.text())).isEqualTo(record);
        assertThat(record.supersededBy(Optional.empty()).handedTo()).hasValue("db2:5432");
        assertThat(record.readWrite(Role.PRIMARY).handedTo()).isEmpty();
        assertThat(record.replica("r", Optional.empty()).handedTo()).isEmpty();
        assertThat(record.rewound().handedTo()).isEmpty();
        assertThat(record.promoted(Role.PRIMARY, PROMOTION).handedTo()).isEmpty();
    }

    @Test
    void a_promotion_is_read_again() {
        NodeState record = REPLICA.promoted(Role.STANDALONE, PROMOTION);
        assertThat(NodeState.parse(record.text())).isEqualTo(record);
    }

    @Test
    void what_a_later_version_adds_is_left_out() {
        assertThat(NodeState.parse("role=primary\ncolour=red\nend\n"))
                .isEqualTo(NodeState.of(Role.PRIMARY));
    }

    @Test
    void a_text_that_was_cut_off_is_refused_wherever_the_cut_is() {
        String text = REPLICA.promoting(1).text();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> NodeState.parse(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "end\n",
                "name=a\nend\n",
                "role=king\nend\n",
                "role=replica\npromoting-from=x\nend\n"
            })
    void a_text_that_is_no_record_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> NodeState.parse(text));
    }

    @Test
    void a_refusal_names_the_file(@TempDir Path data) throws IOException {
        Layout layout = new Layout(data);
        Files.createDirectories(layout.stateDirectory());
        assertThat(NodeStateReader.read(layout)).isEmpty();
        Files.writeString(layout.nodeState(), "role=rep");
        assertThatThrownBy(() -> NodeStateReader.read(layout))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(layout.nodeState().toString());
    }
}
