package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.execute.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The first of a pair with its WAL and a tablespace outside its data directory, and with files of
/// other people beside them. Whoever has its data directory sees its own copy of all that at the
/// same path.
///
/// @param place holds `wal` and `ts`
public record Elsewhere(Pair pair, Path place) {

    private static final String STRANGER = "ts/PG_9.6_201608131/16384/1";

    public static Elsewhere of(Pair pair) throws IOException {
        Path place = pair.one().ownDirectory("elsewhere");
        pair.one().ownDirectory("elsewhere/ts");
        pair.one().with("POSTGRES_INITDB_WALDIR", place.resolve("wal").toString());
        pair.two().seeing(pair.two().ownDirectory("elsewhere"), place);
        pair.two().ownDirectory("elsewhere/ts");
        return new Elsewhere(pair, place);
    }

    /// @param checkpoint whether recovery begins behind the creation of the tablespace
    public Run diverge(boolean checkpoint) throws IOException {
        Run[] runs = pair.serve();
        ProcessNode one = pair.one();
        one.sql("CREATE TABLESPACE other LOCATION '" + place.resolve("ts") + "'");
        one.sql("ALTER TABLE kept SET TABLESPACE other");
        one.sql("CREATE TABLE t TABLESPACE other AS SELECT 1 AS n");
        Pair.await(pair.two(), "SELECT count(*) FROM pg_tables WHERE tablename = 't'", "1");
        if (checkpoint) {
            one.sql("CHECKPOINT");
        }
        Run two = pair.diverge(runs);
        pair.two().sql("INSERT INTO t SELECT generate_series(1, 5000)");
        return two;
    }

    /// What a volume has at its top, and the tablespace of a server before an upgrade.
    public void putStrangers() throws IOException {
        // The primary has some of these, too.
        Path theirs = pair.two().home.resolve("elsewhere");
        Files.createDirectories(theirs.resolve(STRANGER).getParent());
        Files.writeString(theirs.resolve(STRANGER), "of the primary");
        Files.writeString(theirs.resolve("ts/notes"), "of the primary");
        RealCluster.execute(List.of("chmod", "-R", "a+rX", theirs.toString()));
        Files.createDirectory(place.resolve("wal/lost+found"));
        Files.createDirectories(place.resolve(STRANGER).getParent());
        Files.writeString(place.resolve(STRANGER), "a row of 9.6");
        Files.createDirectory(place.resolve("ts/lost+found"));
        RealCluster.execute(
                List.of(
                        "chmod",
                        "0700",
                        place.resolve("wal/lost+found").toString(),
                        place.resolve("ts/lost+found").toString()));
    }

    /// Onto a node with a copy of the data directory.
    public ProcessNode copyFor(ProcessNode node) {
        Path own = node.home.resolve("elsewhere");
        RealCluster.execute(List.of("cp", "-a", place.toString(), own.toString()));
        return node.with("POSTGRES_INITDB_WALDIR", place.resolve("wal").toString())
                .seeing(own, place);
    }

    public void assertWhole(ProcessNode node) throws IOException {
        Path own = node == pair.one() ? place : node.home.resolve("elsewhere");
        assertThat(node.ask("SELECT count(*) FROM t")).isEqualTo("5001");
        assertThat(Files.readSymbolicLink(node.data.resolve("pg_wal")))
                .isEqualTo(place.resolve("wal"));
        assertThat(own.resolve("wal/00000002.history")).exists();
        assertThat(own.resolve(STRANGER)).hasContent("a row of 9.6");
        assertThat(own.resolve("ts/notes")).doesNotExist();
        for (String each : List.of("wal", "ts")) {
            assertThat(own.resolve(each + "/lost+found")).isDirectory();
            assertThat(FileTree.list(own.resolve(each)))
                    .as("what is left in %s", each)
                    .noneMatch(entry -> entry.toString().contains("/pgsql_tmp_entrypoint"));
            assertThat(Pair.replaced(own.resolve(each)))
                    .as("set aside with the rest")
                    .hasSameSizeAs(Pair.replaced(node));
        }
    }
}
