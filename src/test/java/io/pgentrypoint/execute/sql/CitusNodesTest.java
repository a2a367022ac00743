package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.execute.sql.CitusNodes.Change;
import io.pgentrypoint.execute.sql.CitusNodes.Node;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CitusNodesTest {

    private static final Node COORDINATOR = new Node(1, 0, "coordinator", 5432, true, true);
    private static final Node WORKER = new Node(2, 1, "worker", 5432, true, true);
    private static final Optional<Integer> NO_GROUP = Optional.empty();

    private static Change of(
            List<Node> known, Optional<Integer> group, Optional<Node> itself, String host) {
        return CitusNodes.toRegister(known, group, itself, host, 5432);
    }

    private static void assertImpossible(Change change, String why) {
        assertThat(change)
                .isInstanceOfSatisfying(
                        Change.Impossible.class,
                        impossible -> assertThat(impossible.why()).contains(why));
    }

    @Test
    void a_new_worker_is_added() {
        assertThat(of(List.of(COORDINATOR), NO_GROUP, Optional.empty(), "worker"))
                .isEqualTo(new Change.Add());
    }

    @Test
    void a_worker_that_is_known_changes_nothing() {
        assertThat(of(List.of(COORDINATOR, WORKER), Optional.of(1), Optional.of(WORKER), "worker"))
                .isEqualTo(new Change.Nothing());
    }

    @Test
    void a_worker_that_was_disabled_is_activated() {
        Node disabled = new Node(2, 1, "worker", 5432, false, true);
        assertThat(of(List.of(disabled), Optional.of(1), Optional.of(WORKER), "worker"))
                .isEqualTo(new Change.Activate(2));
    }

    @Test
    void a_worker_with_another_address_is_the_same_node() {
        assertThat(of(List.of(COORDINATOR, WORKER), Optional.of(1), Optional.of(WORKER), "moved"))
                .isEqualTo(new Change.Move(WORKER));
    }

    @Test
    void an_empty_volume_never_takes_the_place_of_a_worker() {
        assertImpossible(
                of(List.of(COORDINATOR, WORKER), NO_GROUP, Optional.empty(), "worker"),
                "an empty volume in the place of a worker's loses its shards");
    }

    @Test
    void a_worker_of_another_cluster_with_the_same_group_is_refused() {
        Node elsewhere = new Node(7, 1, "other", 5432, true, true);
        assertImpossible(
                of(List.of(WORKER), Optional.of(1), Optional.of(elsewhere), "moved"),
                "which this volume has never been");
        assertImpossible(
                of(List.of(WORKER), Optional.of(1), Optional.empty(), "moved"),
                "which this volume has never been");
    }

    @Test
    void a_worker_that_was_removed_is_not_added_again_with_its_old_shards() {
        assertImpossible(
                of(List.of(COORDINATOR), Optional.of(3), Optional.of(WORKER), "worker"),
                "has no such group");
    }

    @Test
    void a_worker_does_not_move_to_the_address_of_another() {
        Node second = new Node(3, 2, "second", 5432, true, true);
        assertImpossible(
                of(List.of(WORKER, second), Optional.of(1), Optional.of(WORKER), "second"),
                "another node at second:5432");
    }
}
