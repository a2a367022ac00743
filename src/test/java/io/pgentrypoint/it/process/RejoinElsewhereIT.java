package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Elsewhere;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes that rejoin with WAL and tablespaces outside the data directory.
class RejoinElsewhereIT {

    /// pg_rewind deletes everything in the place of a tablespace, and in a WAL directory, that the
    /// primary does not have there. What lies in `lost+found` only root may see.
    @ParameterizedTest
    @ValueSource(strings = {"rewind", "reclone"})
    void wal_and_tablespaces_elsewhere_come_along_and_what_lies_beside_them_stays(String consent)
            throws IOException {
        ProcessNode.requireRoot();
        try (Pair pair = Pair.create()) {
            Elsewhere elsewhere = Elsewhere.of(pair);
            Run two = elsewhere.diverge(consent.equals("reclone"));
            elsewhere.putStrangers();
            Run run = pair.former().with("REJOIN", consent).serve();
            Pair.assertFollows(pair.former(), pair.two());
            elsewhere.assertWhole(pair.former());
            assertThat(Pair.replaced(pair.former())).hasSize(consent.equals("reclone") ? 1 : 0);
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    /// It is kept so that somebody can start it and look for what is lost.
    @Test
    void what_was_set_aside_is_a_cluster_that_starts_with_its_wal_and_tablespaces()
            throws IOException {
        ProcessNode.requireRoot();
        try (Pair pair = Pair.create();
                ProcessNode aside = ProcessNode.standalone()) {
            Elsewhere elsewhere = Elsewhere.of(pair);
            Run two = elsewhere.diverge(true);
            Run run = pair.former().with("REJOIN", "reclone").serve();
            aside.on(Pair.replaced(pair.one()).getFirst());
            assertThat(run.stop().code()).isZero();
            Run old = aside.serve();
            assertThat(aside.ask("SELECT count(*) FROM lost")).isEqualTo("3000");
            assertThat(aside.ask("SELECT count(*) FROM t")).isEqualTo("1");
            assertThat(old.stop().code()).isZero();
            Run again = pair.former().with("REJOIN", "refuse").serve();
            Pair.assertFollows(pair.former(), pair.two());
            assertThat(again.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    /// Its replay would let the link lead to the old place, and write there.
    @Test
    void a_tablespace_that_only_the_wal_knows_of_is_no_reason_to_risk_its_successor()
            throws IOException {
        ProcessNode.requireRoot();
        try (Pair pair = Pair.create()) {
            Run two = Elsewhere.of(pair).diverge(false);
            ProcessNode former = pair.former().with("REJOIN", "reclone");
            String before = former.filesOfCluster().toString();
            Pair.assertRefused(
                    former.call("run"),
                    "one was created since its last checkpoint, at 0/",
                    "nothing was touched");
            assertThat(former.filesOfCluster()).hasToString(before);
            assertThat(two.stop().code()).isZero();
        }
    }

    /// pg_rewind would write to its place, over whatever is there.
    @Test
    void a_tablespace_that_came_since_the_fork_is_a_reason_against_a_rewind() throws IOException {
        ProcessNode.requireRoot();
        try (Pair pair = Pair.create()) {
            Elsewhere elsewhere = Elsewhere.of(pair);
            Run two = elsewhere.diverge(true);
            Path newer = pair.one().ownDirectory("elsewhere/newer");
            pair.two().ownDirectory("elsewhere/newer");
            pair.two().sql("CREATE TABLESPACE newer LOCATION '" + newer + "'");
            pair.two().sql("CREATE TABLE n TABLESPACE newer AS SELECT 1 AS n");
            Files.writeString(newer.resolve("notes"), "mine");
            Pair.assertRefused(
                    pair.former().with("REJOIN", "rewind").call("run"),
                    "has a tablespace in " + newer + " that this node has not",
                    "nothing was touched");
            Run run = pair.former().with("REJOIN", "reclone").serve();
            Pair.assertFollows(pair.former(), pair.two());
            assertThat(pair.former().ask("SELECT count(*) FROM n")).isEqualTo("1");
            assertThat(newer.resolve("notes")).hasContent("mine");
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }

    @Test
    void a_wal_directory_that_holds_something_else_is_named_before_anything_is_touched()
            throws IOException {
        try (Pair pair = Pair.create()) {
            Path wal = pair.one().ownDirectory("wal");
            pair.one().with("POSTGRES_INITDB_WALDIR", wal.toString());
            Run two = pair.diverge();
            Path stranger = Files.writeString(wal.resolve("archived"), "mine");
            ProcessNode former = pair.former().with("REJOIN", "reclone");
            String before = former.filesOfCluster().toString();
            Pair.assertRefused(
                    former.call("run"),
                    "the clone's WAL directory has to be empty, and holds " + stranger,
                    "nothing was touched");
            assertThat(former.filesOfCluster()).hasToString(before);
            Files.delete(stranger);
            Run run = former.serve();
            Pair.assertFollows(former, pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }
}
