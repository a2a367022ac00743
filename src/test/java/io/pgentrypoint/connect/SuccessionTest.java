package io.pgentrypoint.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SuccessionTest {

    @Test
    void only_the_primary_that_gave_the_order_can_allow_it() {
        Succession.Key key = Succession.Key.make();
        assertThat(Succession.allows(key.answer(), key.id())).isTrue();
        assertThat(Succession.allows(Succession.Key.make().answer(), key.id())).isFalse();
        assertThat(Succession.allows("allowed " + key.id(), key.id())).isFalse();
        assertThat(Succession.allows("waiting 00000000 empty", key.id())).isFalse();
    }

    @Test
    void the_order_is_the_name_of_a_slot_that_a_server_takes() {
        String id = Succession.Key.make().id();
        assertThat(Succession.slot(id)).matches("[a-z0-9_]{1,63}");
        assertThat(Succession.idOf(Succession.slot(id))).hasValue(id);
        assertThat(Succession.idOf("db2")).isEmpty();
    }

    @Test
    void a_question_is_read_as_it_was_written() {
        String id = Succession.Key.make().id();
        Succession.Question question = new Succession.Question(id, "0/3000148");
        assertThat(Succession.Question.parse(question.text())).hasValue(question);
        assertThat(Succession.Question.parse("entrypoint")).isEmpty();
    }

    @Test
    void a_port_without_a_server_answers_a_client_by_its_name() throws IOException {
        int port = RealCluster.freePort();
        try (var _ = NotReadyServer.open(port, name -> "you are " + name, "wait")) {
            assertThat(
                            NotReadyServer.ask(
                                    new HostPort("127.0.0.1", port),
                                    Duration.ofSeconds(20),
                                    "successor"))
                    .hasValue("you are successor");
        }
    }
}
