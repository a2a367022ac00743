package io.pgentrypoint.it.kill;

import static io.pgentrypoint.kit.Standby.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Elsewhere;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import io.pgentrypoint.kit.Standby;
import java.io.IOException;
import java.nio.file.Files;

/// What a start in another mode, or with other settings, does to a volume with data.
final class Changes {

    private Changes() {}

    static Scenario ofAStandbyToAStandaloneNode() throws IOException {
        return promotion(ProcessNode::asStandalone);
    }

    static Scenario ofAStandbyToAPrimary() throws IOException {
        return promotion(ProcessNode::asPrimary);
    }

    /// By an order to a server that serves.
    static Scenario ofARunningStandbyToAPrimary() throws IOException {
        return promotion(node -> node).orders("promote", node -> node.asPrimary().serve());
    }

    private interface Asked {
        ProcessNode as(ProcessNode node);
    }

    private static Scenario promotion(Asked asked) throws IOException {
        ProcessNode primary =
                ProcessNode.primary().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        ProcessNode standby = ProcessNode.replicaOf(primary.port);
        Run server = Standby.serve(primary, standby);
        assertThat(server.stop().code()).isZero();
        return Scenario.of(
                        () -> asked.as(ProcessNode.replicaOf(primary.port).on(standby.data)),
                        (node, run) -> {
                            assertThat(node.ask(ROWS)).isEqualTo("10000");
                            Standby.assertPromoted(node, 2);
                        },
                        () -> {
                            standby.close();
                            primary.close();
                        })
                .mayBeStale((killed, chance) -> StaleStart.check(primary, killed, chance));
    }

    static Scenario byRewind() throws IOException {
        return rejoin("rewind");
    }

    static Scenario byReclone() throws IOException {
        return rejoin("reclone");
    }

    static Scenario byRewindWithPartsElsewhere() throws IOException {
        return rejoinWithPartsElsewhere("rewind");
    }

    static Scenario byRecloneWithPartsElsewhere() throws IOException {
        return rejoinWithPartsElsewhere("reclone");
    }

    private static Scenario rejoinWithPartsElsewhere(String consent) throws IOException {
        ProcessNode.requireRoot();
        Pair pair = Pair.create();
        pair.one().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        Elsewhere elsewhere = Elsewhere.of(pair);
        Run two = elsewhere.diverge(consent.equals("reclone"));
        pair.two().sql("CREATE EXTENSION amcheck");
        elsewhere.putStrangers();
        // Outside of the volume, so that the first start would be the only one that removes it.
        Files.deleteIfExists(
                pair.one().sockets().resolve(".s.PGSQL.%d.lock".formatted(pair.one().port)));
        return Scenario.of(
                () -> elsewhere.copyFor(former(pair, consent)),
                (node, run) -> {
                    Pair.assertFollows(node, pair.two());
                    elsewhere.assertWhole(node);
                },
                () -> {
                    assertThat(two.stop().code()).isZero();
                    pair.close();
                });
    }

    private static ProcessNode former(Pair pair, String consent) throws IOException {
        return ProcessNode.replicaOf(pair.two().port)
                .on(pair.one().data)
                .with("POSTGRES_CONF_checkpoint_timeout", "1h")
                .with("REPLICA_NAME", "former")
                .with("REJOIN", consent);
    }

    private static Scenario rejoin(String consent) throws IOException {
        Pair pair = Pair.create();
        pair.one().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        Run two = pair.diverge();
        pair.two().sql("CREATE EXTENSION amcheck");
        return Scenario.of(
                () -> former(pair, consent),
                (node, run) -> {
                    Pair.assertFollows(node, pair.two());
                    // What a killed rewind leaves is moved aside and cloned.
                    assertThat(Pair.replaced(node)).hasSizeLessThanOrEqualTo(1);
                    if (consent.equals("reclone")) {
                        assertThat(Pair.replaced(node)).hasSize(1);
                    }
                },
                () -> {
                    assertThat(two.stop().code()).isZero();
                    pair.close();
                });
    }

    static Scenario ofAStandaloneNodeToAPrimary() throws IOException {
        ProcessNode before =
                ProcessNode.standalone().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        fill(before);
        return Scenario.of(
                () -> ProcessNode.primary().on(before.data).with("POSTGRES_CONF_work_mem", "7MB"),
                (node, run) -> {
                    Pair.await(
                            node,
                            "SELECT count(*) FROM pg_roles WHERE rolname = 'replicator' AND rolreplication",
                            "1");
                    assertThat(node.ask(ROWS)).isEqualTo("10000");
                    assertThat(node.ask("SHOW work_mem")).isEqualTo("7MB");
                    assertThat(blocks(node)).isEqualTo("1");
                },
                before);
    }

    static Scenario ofAPrimaryToAStandaloneNode() throws IOException {
        ProcessNode before =
                ProcessNode.primary()
                        .with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS)
                        .with("POSTGRES_CONF_work_mem", "7MB");
        fill(before);
        return Scenario.of(
                () -> ProcessNode.standalone().on(before.data),
                (node, run) -> {
                    assertThat(node.ask(ROWS)).isEqualTo("10000");
                    assertThat(node.ask("SHOW work_mem")).isEqualTo("4MB");
                    assertThat(blocks(node)).isEqualTo("0");
                },
                before);
    }

    /// How often replicas are let in.
    private static String blocks(ProcessNode node) {
        return node.ask(
                "SELECT count(*) FROM pg_hba_file_rules WHERE 'replicator' = ANY (user_name)"
                        + " AND address = '0.0.0.0'");
    }

    private static void fill(ProcessNode node) {
        Run run = node.serve();
        node.sql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
        assertThat(run.stop().code()).isZero();
    }
}
