package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.observe.Journal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A first boot is a transaction: whenever everything is killed, the next start makes a whole node.
class KilledFirstBootIT {

    /// How many instants each test tries; more of them with `-Dkill.instants=…`.
    private static final int INSTANTS = Integer.getInteger("kill.instants", 6);

    private final Random random = new Random(HostileText.FIRST_SEED);

    /// From before the first file to after the last.
    private Duration instant(long whole, int number) {
        double part = (number + random.nextDouble()) / INSTANTS;
        return Duration.ofNanos((long) (whole * (0.1 + part)));
    }

    private static void populate(Node primary) {
        primary.sql("CREATE TABLE t AS SELECT generate_series(1, 100000) AS n");
    }

    @Test
    @DisplayName("CRASH-1: a primary that was killed at any instant becomes whole")
    void a_primary_that_was_killed_at_any_instant_becomes_whole() throws IOException {
        long whole;
        try (Node node = Node.primary().with("POSTGRES_DB", "app")) {
            long began = System.nanoTime();
            assertThat(node.call("init").code()).isZero();
            whole = System.nanoTime() - began;
        }
        for (int i = 0; i < INSTANTS; i++) {
            try (Node node = Node.primary().with("POSTGRES_DB", "app")) {
                Duration instant = instant(whole, i);
                Run killed = node.start("init");
                killed.leave(instant);
                killed.kill();
                Run run = node.serve();
                assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
                assertThat(
                                node.ask(
                                        "SELECT count(*) FROM pg_roles, pg_database"
                                                + " WHERE rolname = 'replicator' AND rolreplication"
                                                + " AND datname = 'app'"))
                        .as("killed after %s: %s", instant, run.said())
                        .isEqualTo("1");
                assertThat(new Layout(node.data).journal()).doesNotExist();
                assertThat(run.stop().code()).isZero();
            }
        }
    }

    @Test
    void a_replica_that_was_killed_at_any_instant_streams_and_never_wakes_up_as_a_primary()
            throws IOException {
        try (Node primary = Node.primary()) {
            Run server = primary.serve();
            populate(primary);
            long whole;
            try (Node node = Node.replicaOf(primary.port)) {
                long began = System.nanoTime();
                assertThat(node.call("init").code()).isZero();
                whole = System.nanoTime() - began;
            }
            for (int i = 0; i < INSTANTS; i++) {
                try (Node node = Node.replicaOf(primary.port)) {
                    Duration instant = instant(whole, i);
                    Run killed = node.start("init");
                    killed.leave(instant);
                    killed.kill();
                    Run run = node.start();
                    run.await("started streaming WAL from primary", 60);
                    assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
                    assertThat(node.ask("SELECT count(*) FROM t"))
                            .as("killed after %s: %s", instant, run.said())
                            .isEqualTo("100000");
                    assertThat(new Layout(node.data).journal()).doesNotExist();
                    assertThat(run.stop().code()).isZero();
                }
            }
            assertThat(server.stop().code()).isZero();
        }
    }

    /// The volume as it is after some of the renames of a publication: those that are still to come
    /// are taken back.
    private static List<String> takeBack(Layout layout, int renamed) throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(layout.dataDirectory())) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals(Layout.STATE_DIRECTORY) && !name.equals("global"))
                    .sorted()
                    .forEach(entries::add);
        }
        entries.add("global");
        int kept = renamed < 0 ? entries.size() + renamed : renamed;
        Path staging = Files.createDirectory(layout.staging().dataDirectory());
        Files.setAttribute(
                staging, "unix:uid", Files.getAttribute(layout.dataDirectory(), "unix:uid"));
        for (String entry : entries.subList(kept, entries.size())) {
            Files.move(layout.dataDirectory().resolve(entry), staging.resolve(entry));
        }
        Files.writeString(
                layout.journal(),
                new Journal(Journal.Phase.PUBLISHING, Optional.empty(), entries).text());
        Files.setAttribute(
                layout.journal(),
                "unix:uid",
                Files.getAttribute(layout.dataDirectory(), "unix:uid"));
        return entries;
    }

    private static Map<String, String> published(Node node) throws IOException {
        Map<String, String> files = new TreeMap<>(node.files());
        files.keySet().removeIf(name -> name.isEmpty() || name.startsWith(Layout.STATE_DIRECTORY));
        // A rename changes the time of the inode, and nothing else.
        files.replaceAll((_, attributes) -> attributes.replaceFirst("ctime=[^,]*, ", ""));
        return files;
    }

    private static void assertFinishes(Node node) throws IOException {
        Map<String, String> whole = published(node);
        for (int renamed : List.of(0, 12, -1)) {
            List<String> entries = takeBack(new Layout(node.data), renamed);
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stderr()).isZero();
            assertThat(ended.stderr()).contains("an earlier first boot was whole");
            assertThat(published(node)).as("after %s of %s", renamed, entries).isEqualTo(whole);
            assertThat(new Layout(node.data).journal()).doesNotExist();
        }
    }

    @Test
    void a_publication_that_was_killed_between_two_renames_is_finished() throws IOException {
        try (Node primary = Node.primary();
                Node replica = Node.replicaOf(primary.port)) {
            assertThat(primary.call("init").code()).isZero();
            assertFinishes(primary);
            Run server = primary.serve();
            assertThat(replica.call("init").code()).isZero();
            assertFinishes(replica);
            Run run = replica.start();
            run.await("started streaming WAL from primary", 60);
            assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(run.stop().code()).isZero();
            assertThat(server.stop().code()).isZero();
        }
    }
}
