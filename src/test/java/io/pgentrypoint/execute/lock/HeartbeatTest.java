package io.pgentrypoint.execute.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatTest {

    private static final Duration BEAT = Duration.ofMillis(50);

    @TempDir Path data;
    private Layout layout;

    @BeforeEach
    void make() throws IOException {
        layout = new Layout(data);
        Files.createDirectory(layout.stateDirectory());
    }

    private static LockOwner elsewhere() {
        return new LockOwner("far", "", "other-boot", "pid:[1]", 1, Instant.EPOCH, true, 0);
    }

    private long beats() {
        return LockOwnerReader.read(layout).map(found -> found.lockOwner().beats()).orElse(-1L);
    }

    private static void await(BooleanSupplier event) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!event.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void it_beats_and_leaves_nothing_behind() {
        try (Heartbeat _ =
                Heartbeat.start(
                        layout, elsewhere(), BEAT, _ -> {}, () -> true, new StopRequest())) {
            assertThat(beats()).isZero();
            await(() -> beats() > 2);
        }
        assertThat(layout.lockOwner()).doesNotExist();
    }

    @Test
    void a_living_heartbeat_of_another_machine_is_seen_and_a_dead_one_is_outwaited() {
        HeartbeatWatch watch = new HeartbeatWatch(layout, BEAT);
        try (Heartbeat _ =
                Heartbeat.start(
                        layout, elsewhere(), BEAT, _ -> {}, () -> true, new StopRequest())) {
            await(() -> beats() > 1);
            assertThat(watch.beating(true)).isPresent();
            await(() -> beats() > 5);
            assertThat(watch.beating(true)).isPresent();
        }
        assertThat(watch.beating(true)).isEmpty();
    }

    @Test
    void one_that_stands_still_is_dead_after_three_beats() throws IOException {
        Files.writeString(layout.lockOwner(), elsewhere().text());
        HeartbeatWatch watch = new HeartbeatWatch(layout, BEAT);
        assertThat(watch.beating(true)).isPresent();
        await(() -> watch.beating(true).isEmpty());
        Files.setLastModifiedTime(
                layout.lockOwner(), FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(new HeartbeatWatch(layout).beating(true)).isEmpty();
    }

    /// Somebody may just be about to write it, or it was left so by a power cut: its text does not
    /// tell.
    @ParameterizedTest
    @ValueSource(strings = {"", "host far\n", "\0\0\0"})
    void one_that_names_nobody_is_watched_like_any_other(String text) throws IOException {
        Files.writeString(layout.lockOwner(), text);
        HeartbeatWatch watch = new HeartbeatWatch(layout, BEAT);
        assertThat(watch.beating(true))
                .get(InstanceOfAssertFactories.STRING)
                .startsWith("perhaps in use: the heartbeat " + layout.lockOwner());
        await(() -> watch.beating(true).isEmpty());

        // It moves again: a beat that came late.
        Files.setLastModifiedTime(layout.lockOwner(), FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(watch.beating(true)).isPresent();

        Files.setLastModifiedTime(
                layout.lockOwner(), FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(new HeartbeatWatch(layout).beating(true)).isEmpty();
    }

    @Test
    void a_clock_from_the_future_is_not_believed() throws IOException {
        Files.writeString(layout.lockOwner(), elsewhere().text());
        Files.setLastModifiedTime(
                layout.lockOwner(), FileTime.from(Instant.now().plusSeconds(3600)));
        HeartbeatWatch watch = new HeartbeatWatch(layout, BEAT);
        assertThat(watch.beating(true)).isPresent();
        await(() -> watch.beating(true).isEmpty());
    }

    /// It had the lock, which is free.
    @Test
    void one_of_this_kernel_is_dead_when_its_lock_is_ours() throws IOException {
        LockOwner us = LockOwnerReader.ourselves(true);
        LockOwner neighbour =
                new LockOwner("near", "", us.boot(), "pid:[2]", 1, Instant.EPOCH, true, 0);
        Files.writeString(layout.lockOwner(), neighbour.text());
        assertThat(new HeartbeatWatch(layout).beating(true)).isEmpty();
        assertThat(new HeartbeatWatch(layout).beating(false)).isPresent();
    }

    @Test
    void whoever_is_overwritten_hears_of_it_and_keeps_off() throws Exception {
        CompletableFuture<LockOwner> taken = new CompletableFuture<>();
        try (Heartbeat _ =
                Heartbeat.start(
                        layout,
                        elsewhere(),
                        BEAT,
                        taken::complete,
                        () -> true,
                        new StopRequest())) {
            LockOwner other = new LockOwner("b", "", "b", "n", 2, Instant.EPOCH, true, 7);
            Files.writeString(layout.lockOwner(), other.text());
            assertThat(taken.get(20, TimeUnit.SECONDS).isSame(other)).isTrue();
        }
        assertThat(layout.lockOwner()).content().contains("host b");
    }

    /// Someone cleans up, or the disk is full for a while.
    @Test
    void a_file_that_is_gone_is_written_again() throws IOException {
        try (Heartbeat _ =
                Heartbeat.start(
                        layout, elsewhere(), BEAT, _ -> {}, () -> true, new StopRequest())) {
            Files.delete(layout.lockOwner());
            await(() -> beats() > 0);
        }
    }

    /// Patroni removes the directory with the lock in it, and clones; others find another lock.
    @Test
    void a_directory_that_is_gone_comes_back_with_the_cluster_and_a_lost_lock_is_told()
            throws IOException {
        AtomicBoolean locked = new AtomicBoolean();
        Files.delete(layout.stateDirectory());
        try (Heartbeat _ =
                Heartbeat.start(
                        layout, elsewhere(), BEAT, _ -> {}, locked::get, new StopRequest())) {
            assertThat(layout.stateDirectory()).doesNotExist();
            Files.createDirectory(data.resolve("global"));
            Files.createFile(data.resolve("global/pg_control"));
            await(() -> beats() > 0);
            assertThat(layout.lockOwner()).content().contains("locked false");
            locked.set(true);
            await(() ->
                    LockOwnerReader.read(layout)
                            .filter(found -> found.lockOwner().locked())
                            .isPresent());
        }
    }
}
