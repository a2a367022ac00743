package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A primary and its replica; after a failover they change places.
public record Pair(ProcessNode one, ProcessNode two) implements AutoCloseable {

    public static Pair create() throws IOException {
        ProcessNode one = ProcessNode.primary().with("POSTGRES_CONF_checkpoint_timeout", "1h");
        return new Pair(
                one,
                ProcessNode.replicaOf(one.port).with("POSTGRES_CONF_checkpoint_timeout", "1h"));
    }

    /// The first runs as the primary with a table, the second streams from it.
    public Run[] serve() {
        if (kind().isEmpty()) {
            return makeServing();
        }
        copy(
                "pair",
                pair -> {
                    Run[] runs = pair.makeServing();
                    assertThat(runs[1].stop().code()).isZero();
                    assertThat(runs[0].stop().code()).isZero();
                });
        Run[] runs = {one.serve(), two.serve()};
        await(two, "SELECT status FROM pg_stat_wal_receiver", "streaming");
        return runs;
    }

    /// The same, from first boots of their own.
    public Run[] makeServing() {
        Run first = one.serve();
        one.sql("CREATE TABLE kept (n int)");
        one.sql("CREATE TABLE lost (n int)");
        one.sql("INSERT INTO kept SELECT generate_series(1, 1000)");
        Run second = two.serve();
        await(two, "SELECT count(*) FROM kept", "1000");
        return new Run[] {first, second};
    }

    public Optional<String> kind() {
        return one.kind().flatMap(kind -> two.kind().map(kind::concat));
    }

    public interface Making {
        void of(Pair pair) throws IOException;
    }

    /// Of volumes that are made once.
    public void copy(String name, Making making) {
        Path volumes =
                Once.made(
                        name,
                        kind().orElseThrow(),
                        directory -> {
                            try (Pair pair = create()) {
                                pair.one.like(one);
                                pair.two.like(two);
                                making.of(pair);
                                pair.one.copyTo(directory.resolve("one"));
                                pair.two.copyTo(directory.resolve("two"));
                            }
                        });
        one.on(volumes.resolve("one"));
        two.on(volumes.resolve("two"));
    }

    /// The first is asked to follow the second.
    public ProcessNode former() {
        return one.with("REPLICATION_ROLE", "replica")
                .with("REPLICA_NAME", "former")
                .with("PRIMARY_HOST", "127.0.0.1")
                .with("PRIMARY_PORT", String.valueOf(two.port));
    }

    /// The first dies with commits that the second never got, and the second takes over.
    public Run diverge() {
        if (kind().isEmpty()) {
            return diverge(serve());
        }
        copy("parted", pair -> pair.part(pair.serve()));
        return takeOver();
    }

    public Run diverge(Run[] runs) {
        part(runs);
        return takeOver();
    }

    private void part(Run[] runs) {
        assertThat(runs[1].stop().code()).isZero();
        for (int i = 0; i < 6; i++) {
            one.sql("INSERT INTO lost SELECT generate_series(1, 500)");
        }
        runs[0].kill();
    }

    private Run takeOver() {
        Run now = two.serve();
        promote(two);
        two.sql("INSERT INTO kept SELECT generate_series(1, 234)");
        return now;
    }

    public static void promote(ProcessNode node) {
        assertThat(node.ask("SELECT pg_promote()")).isEqualTo("t");
    }

    /// Its checkpoints remove what no slot keeps.
    public static void dropWal(ProcessNode primary) {
        primary.sql("ALTER SYSTEM SET wal_keep_size = 0");
        primary.sql("SELECT pg_reload_conf()");
        for (int i = 0; i < 3; i++) {
            primary.sql("INSERT INTO kept SELECT generate_series(1, 10)");
            primary.sql("SELECT pg_switch_wal()");
            primary.sql("CHECKPOINT");
        }
    }

    public static void await(ProcessNode node, String query, String wanted) {
        String _ =
                Eventually.answers(
                        "%s on port %d is %s".formatted(query, node.port, wanted),
                        () -> node.ask(query),
                        wanted::equals);
    }

    /// What is asked of PID 1 by somebody who goes on asking.
    public static void awaitStatus(ProcessNode node, Predicate<String> wanted) {
        String _ =
                Eventually.answers(
                        "status on port " + node.port, () -> node.call("status").stdout(), wanted);
    }

    public static void assertFollows(ProcessNode replica, ProcessNode primary) {
        primary.sql("INSERT INTO kept VALUES (7)");
        await(replica, "SELECT count(*) FROM kept", primary.ask("SELECT count(*) FROM kept"));
        assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(replica.ask("SELECT count(*) FROM lost")).isEqualTo("0");
        assertThat(replica.ask("SELECT status FROM pg_stat_wal_receiver")).isEqualTo("streaming");
    }

    public static void assertRefused(Run.Ended ended, String... texts) {
        assertThat(ended.code()).as(ended.stderr()).isEqualTo(76);
        assertThat(ended.stdout() + ended.stderr()).contains(texts);
    }

    public static List<Path> replaced(ProcessNode node) throws IOException {
        return replaced(new Layout(node.data).stateDirectory());
    }

    public static List<Path> replaced(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(each ->
                            String.valueOf(each.getFileName()).startsWith("pgsql_tmp_replaced-"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        one.close();
        two.close();
    }
}
