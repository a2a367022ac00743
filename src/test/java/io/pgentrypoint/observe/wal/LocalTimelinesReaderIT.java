package io.pgentrypoint.observe.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.connect.Security;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The end of the log as a real server leaves it, against what the server itself says of it.
class LocalTimelinesReaderIT {

    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");
    private static final String ROWS = "INSERT INTO t SELECT generate_series(1, 1000)";

    private static RealCluster cluster(String... arguments) {
        RealCluster cluster = RealCluster.create(arguments);
        cluster.append(
                "postgresql.conf", "max_wal_senders = 5\nwal_level = replica\nautovacuum = off\n");
        cluster.append("pg_hba.conf", "host replication all 127.0.0.1/32 trust\n");
        return cluster;
    }

    private static String ask(RealCluster cluster, String query) {
        try (Connection connection =
                        cluster.server().open("postgres", Optional.empty(), "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "no row";
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    private static void crash(RealCluster cluster) {
        cluster.run("pg_ctl", List.of("-D", cluster.data().toString(), "-m", "immediate", "stop"));
    }

    private static WalState state(RealCluster cluster) {
        String text = cluster.run("pg_controldata", List.of(cluster.data().toString()));
        return new WalState(
                Integer.parseInt(value(text, "Latest checkpoint's TimeLineID")),
                Lsn.parse(value(text, "Latest checkpoint location")),
                Lsn.parse(value(text, "Latest checkpoint's REDO location")),
                Lsn.parse(value(text, "Minimum recovery ending location")),
                Integer.parseInt(value(text, "Min recovery ending loc's timeline")),
                Integer.parseInt(value(text, "Bytes per WAL segment")),
                Integer.parseInt(value(text, "WAL block size")),
                false);
    }

    private static String value(String text, String label) {
        return text.lines()
                .filter(line -> line.startsWith(label + ":"))
                .map(line -> line.substring(label.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static LocalTimelines read(RealCluster cluster) {
        return reader(cluster).read("x");
    }

    private static LocalTimelinesReader reader(RealCluster cluster) {
        return new LocalTimelinesReader(
                RealCluster.programs().resolve("pg_waldump").toString(),
                cluster.data(),
                state(cluster),
                ENVIRONMENT,
                new Programs(new StopRequest()));
    }

    private static Lsn end(RealCluster cluster) {
        LocalTimelines timelines = read(cluster);
        assertThat(timelines.end()).isInstanceOf(WalEnd.At.class);
        return ((WalEnd.At) timelines.end()).position();
    }

    private static Lsn insertPosition(RealCluster cluster) {
        return Lsn.parse(ask(cluster, "SELECT pg_current_wal_insert_lsn()"));
    }

    private static UpstreamTimelines server(RealCluster cluster) throws SQLException {
        ReplicationConnection connection =
                new ReplicationConnection(
                        "127.0.0.1",
                        cluster.port(),
                        "postgres",
                        new Secret("x"),
                        new Security(
                                "disable",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of("none"),
                                false),
                        Duration.ofSeconds(5));
        try (Connection opened = connection.open()) {
            return UpstreamTimelinesReader.read(new ReplicationCommands(opened));
        }
    }

    @Test
    void a_clean_stop_ends_with_its_checkpoint() {
        try (RealCluster cluster = cluster()) {
            cluster.start().sql("CREATE TABLE t (n int)", ROWS);
            cluster.stop();
            Lsn checkpoint = state(cluster).checkpoint();
            assertThat(end(cluster).minus(checkpoint)).isBetween(1L, 200L);
            assertThat(read(cluster).history()).isEqualTo(TimelineHistory.first());
        }
    }

    /// A server keeps some for later, and which of its files a directory lists first is chance.
    @Test
    void segments_that_were_made_in_advance_do_not_hide_the_end() throws IOException {
        try (RealCluster cluster = cluster()) {
            cluster.start().sql("CREATE TABLE t (n int)", ROWS);
            cluster.stop();
            Lsn before = end(cluster);
            for (int number = 0x10; number < 0x30; number++) {
                try (FileChannel segment =
                        FileChannel.open(
                                cluster.data()
                                        .resolve(
                                                "pg_wal/0000000100000000000000%02X"
                                                        .formatted(number)),
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE)) {
                    segment.write(ByteBuffer.allocate(1), state(cluster).segmentBytes() - 1L);
                }
            }
            assertThat(end(cluster)).isEqualTo(before);
        }
    }

    /// Wherever the last record happens to end, within a page or at its edge.
    @Test
    void a_crash_ends_where_the_server_had_inserted() {
        try (RealCluster cluster = cluster("--wal-segsize=1")) {
            cluster.start("-c synchronous_commit=on").sql("CREATE TABLE t (n int)", "CHECKPOINT");
            for (int i = 0; i < 12; i++) {
                cluster.sql("INSERT INTO t SELECT generate_series(1, " + (137 * i + 1) + ")");
                cluster.sql(
                        "SELECT pg_logical_emit_message(true, 'x', repeat('x', " + i * 977 + "))");
                Lsn inserted = insertPosition(cluster);
                crash(cluster);
                assertThat(end(cluster)).as("round %d", i).isEqualTo(inserted);
                cluster.start();
            }
            cluster.stop();
        }
    }

    @Test
    void a_switch_of_segments_at_the_end_counts_whole() {
        try (RealCluster cluster = cluster()) {
            cluster.start().sql("CREATE TABLE t (n int)", ROWS, "SELECT pg_switch_wal()");
            crash(cluster);
            Lsn end = end(cluster);
            assertThat(Long.remainderUnsigned(end.value(), 16 << 20)).isZero();
            // The same when the next segment is there already, zeroed.
            cluster.start();
            cluster.sql("SELECT pg_switch_wal()");
            cluster.stop();
        }
    }

    @Test
    void a_standby_and_its_promotion_are_followed_from_one_timeline_to_the_next()
            throws SQLException, IOException {
        try (RealCluster primary = cluster()) {
            primary.start().sql("CREATE TABLE t (n int)", ROWS);
            primary.stop();
            Lsn first = end(primary);
            try (RealCluster standby = primary.copy()) {
                standby.append("standby.signal", "");
                standby.start();
                assertThat(server(standby).inRecovery()).isTrue();
                standby.stop();
                assertThat(end(standby)).isEqualTo(first);
                assertThat(read(standby).history()).isEqualTo(TimelineHistory.first());

                standby.start().sql("SELECT pg_promote()", ROWS);
                UpstreamTimelines promoted = server(standby);
                assertThat(promoted.inRecovery()).isFalse();
                assertThat(promoted.history())
                        .isEqualTo(
                                new TimelineHistory(
                                        List.of(new TimelineHistory.Ended(1, first)), 2));
                assertThat(Ancestry.of(read(primary), named(promoted)))
                        .isEqualTo(new Ancestry.Follows(1, first));
                Lsn inserted = insertPosition(standby);
                assertThat(reader(standby).running("x", Optional.of(inserted)))
                        .isEqualTo(
                                new LocalTimelines(
                                        "x", promoted.history(), new WalEnd.At(inserted)));
                crash(standby);
                // pg_control may still be on timeline 1.
                assertThat(read(standby))
                        .isEqualTo(
                                new LocalTimelines(
                                        "x", promoted.history(), new WalEnd.At(inserted)));

                primary.start().sql(ROWS, ROWS);
                assertThat(server(primary).history()).isEqualTo(TimelineHistory.first());
                assertThat(Ancestry.of(read(standby), named(server(primary))))
                        .isEqualTo(new Ancestry.UpstreamBehind(2, 1));
                Lsn lost = insertPosition(primary);
                crash(primary);
                assertThat(Ancestry.of(read(primary), named(promoted)))
                        .isEqualTo(new Ancestry.Diverged(1, first, lost));

                // A history file that was fetched before any of its WAL changes nothing.
                copyHistory(standby, primary);
                assertThat(Ancestry.of(read(primary), named(promoted)))
                        .isEqualTo(new Ancestry.Diverged(1, first, lost));
            }
        }
    }

    private static UpstreamTimelines named(UpstreamTimelines timelines) {
        return new UpstreamTimelines(
                "x", timelines.history(), timelines.position(), timelines.inRecovery());
    }

    private static void copyHistory(RealCluster from, RealCluster to) throws IOException {
        Files.copy(
                from.data().resolve("pg_wal/00000002.history"),
                to.data().resolve("pg_wal/00000002.history"));
    }

    @Test
    void a_log_that_is_damaged_or_incomplete_is_not_guessed_at() throws IOException {
        try (RealCluster cluster = cluster("--wal-segsize=1")) {
            cluster.start("-c checkpoint_timeout=1h", "-c wal_recycle=off")
                    .sql("CREATE TABLE t (n int)", "CHECKPOINT");
            for (int i = 0; i < 3; i++) {
                cluster.sql(ROWS, "SELECT pg_switch_wal()");
            }
            cluster.sql(ROWS);
            crash(cluster);
            // Files beyond the end may be there already.
            String before =
                    String.format("0000000100000000%08X", (end(cluster).value() >>> 20) - 1);
            Files.delete(cluster.data().resolve("pg_wal").resolve(before));
            assertThat(read(cluster).end()).isInstanceOf(WalEnd.Unknown.class);

            for (Path segment : segments(cluster)) {
                Files.delete(segment);
            }
            assertThat(read(cluster).end()).isInstanceOf(WalEnd.Unknown.class);
        }
    }

    private static List<Path> segments(RealCluster cluster) throws IOException {
        try (Stream<Path> files = Files.list(cluster.data().resolve("pg_wal"))) {
            return files.filter(file -> Files.isRegularFile(file)).sorted().toList();
        }
    }
}
