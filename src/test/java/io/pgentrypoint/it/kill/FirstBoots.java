package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a start does to an empty volume.
final class FirstBoots {

    private FirstBoots() {}

    static Scenario ofAPrimary() {
        return Scenario.of(
                () -> withWalElsewhere(ProcessNode.primary()).with("POSTGRES_DB", "app"),
                (node, run) -> {
                    assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
                    assertThat(
                                    node.ask(
                                            "SELECT count(*) FROM pg_roles, pg_database"
                                                    + " WHERE rolname = 'replicator' AND rolreplication"
                                                    + " AND datname = 'app'"))
                            .isEqualTo("1");
                    assertThat(node.home.resolve("wal")).isNotEmptyDirectory();
                },
                () -> {});
    }

    private static ProcessNode withWalElsewhere(ProcessNode node) throws IOException {
        return node.ownHome()
                .with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS)
                .with("POSTGRES_INITDB_WALDIR", node.home.resolve("wal").toString());
    }

    /// Each script must have run once on what is there in the end: with the data directory in its
    /// place, and with what lies outside of it.
    static Scenario withScripts() {
        return Scenario.of(
                FirstBoots::scripted,
                (node, run) -> {
                    assertThat(node.ask("SELECT string_agg(n::text, ' ' ORDER BY n) FROM ran"))
                            .isEqualTo("1 2 3");
                    assertThat(node.ask("SELECT count(*) FROM t")).isEqualTo("10000");
                    assertThat(node.ask("SHOW work_mem")).isEqualTo("5MB");
                },
                () -> {});
    }

    private static ProcessNode scripted() throws IOException {
        ProcessNode node = withWalElsewhere(ProcessNode.standalone());
        Path tablespace = node.ownDirectory("tablespace");
        node.initScript(
                "1.sql",
                "CREATE TABLESPACE other LOCATION '" + tablespace + "';",
                "CREATE TABLE t TABLESPACE other AS SELECT generate_series(1, 10000) AS n;",
                "CREATE INDEX ON t (n);",
                "CREATE TABLE ran AS SELECT 1 AS n;");
        node.initScript(
                "2.sh",
                "echo \"work_mem = '5MB'\" >>\"$PGDATA/postgresql.conf\"",
                "psql -v ON_ERROR_STOP=1 -c 'INSERT INTO ran VALUES (2)'");
        node.initProgram("3.sh", "sleep 0.2", "psql -c 'INSERT INTO ran VALUES (3)'");
        return node;
    }

    /// It never wakes up as a primary.
    static Scenario ofAReplica() throws IOException {
        ProcessNode primary =
                ProcessNode.primary().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        Run server = primary.serve();
        primary.sql("CREATE EXTENSION amcheck");
        primary.sql("CREATE TABLE t AS SELECT generate_series(1, 100000) AS n");
        primary.sql("CREATE INDEX ON t (n)");
        return Scenario.of(
                        () -> withWalElsewhere(ProcessNode.replicaOf(primary.port)),
                        (node, run) -> {
                            run.await("started streaming WAL from primary", 60);
                            assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
                            assertThat(node.ask("SELECT count(*) FROM t")).isEqualTo("100000");
                        },
                        () -> {
                            assertThat(server.stop().code()).isZero();
                            primary.close();
                        })
                .startsAgainBy(FirstBoots::verified);
    }

    /// Primary and replica share this machine's files, and a tablespace has the same path on both:
    /// the replica is shown a directory of its own there.
    static Scenario ofAReplicaWithATablespace() throws IOException {
        ProcessNode.requireRoot();
        ProcessNode primary =
                ProcessNode.primary().with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS);
        Path place = primary.ownDirectory("tablespace");
        Run server = primary.serve();
        primary.sql("CREATE EXTENSION amcheck");
        primary.sql("CREATE TABLESPACE other LOCATION '" + place + "'");
        primary.sql("CREATE TABLE t TABLESPACE other AS SELECT generate_series(1, 100000) AS n");
        primary.sql("CREATE INDEX ON t (n) TABLESPACE other");
        return Scenario.of(
                        () -> {
                            ProcessNode replica = ProcessNode.replicaOf(primary.port);
                            Path own = replica.ownDirectory("tablespace");
                            Files.writeString(own.resolve("beside"), "mine");
                            return replica.seeing(own, place);
                        },
                        (node, run) -> {
                            run.await("started streaming WAL from primary", 60);
                            assertThat(node.ask("SELECT count(*) FROM t")).isEqualTo("100000");
                            assertThat(FileTree.list(node.home.resolve("tablespace")))
                                    .hasSize(2)
                                    .anyMatch(entry -> entry.endsWith("beside"))
                                    .anyMatch(entry -> entry.toString().contains("/PG_"));
                        },
                        () -> {
                            assertThat(server.stop().code()).isZero();
                            primary.close();
                        })
                .startsAgainBy(FirstBoots::verified);
    }

    /// The server gives the label another name when it starts.
    private static Run verified(ProcessNode node) throws IOException {
        Run.Ended ended = node.call("init");
        assertThat(ended.code()).as(ended.stderr()).isZero();
        if (Files.exists(node.data.resolve("backup_label"))) {
            Soundness.verifyBackup(node);
        }
        return node.serve();
    }
}
