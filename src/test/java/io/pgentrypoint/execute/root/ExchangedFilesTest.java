package io.pgentrypoint.execute.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.process.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A neighbour puts links to files of root's in the place of files and directories, over and over,
/// while root gives the tree away.
class ExchangedFilesTest {

    private static final int FILES = 50;
    private static final int FIRST_USER = 54321;
    private static final int ROUNDS = 300;

    /// Before that nobody knows whether they met.
    private static final int EXCHANGES = 2000;

    @TempDir private Path directory;

    @BeforeEach
    void requireRoot() {
        if (!Identity.current().isRoot()) {
            String message = "NOT TESTED: only root can give files away";
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
    }

    private static void fill(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < FILES; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
    }

    private static Object owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /// The real one goes aside, a link comes in its place, and back.
    private record Racer(Path name, Path aside, Path link) {
        void exchange() throws IOException {
            move(name, aside);
            move(link, name);
            move(name, link);
            move(aside, name);
        }

        private static void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Test
    void nothing_outside_the_tree_changes_its_owner() throws Exception {
        Path outside = directory.resolve("outside");
        fill(outside);
        Path data = directory.resolve("data");
        Path below = data.resolve("base");
        List<Racer> racers = new ArrayList<>();
        for (String name : List.of("base/1", "base/2", "file")) {
            Path real = data.resolve(name);
            Path link = data.resolve("links").resolve(real.getFileName());
            Files.createDirectories(link.getParent());
            if (name.equals("file")) {
                Files.createFile(real);
                Files.createSymbolicLink(link, outside.resolve("f0"));
            } else {
                fill(real);
                Files.createSymbolicLink(link, outside);
            }
            racers.add(new Racer(real, real.resolveSibling(real.getFileName() + ".aside"), link));
        }
        AtomicBoolean ended = new AtomicBoolean();
        AtomicLong exchanges = new AtomicLong();
        Thread neighbour =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                while (!ended.get()) {
                                    for (Racer racer : racers) {
                                        racer.exchange();
                                    }
                                    exchanges.incrementAndGet();
                                }
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        int round = 0;
        while (neighbour.isAlive() && (round < ROUNDS || exchanges.get() < EXCHANGES)) {
            ServerUser user = new ServerUser("someone", FIRST_USER + round++, FIRST_USER, "");
            RootStart.settle(data, 0700, user);
            assertThat(owner(data)).isEqualTo(user.uid());
        }
        ended.set(true);
        neighbour.join();
        assertThat(exchanges.get()).isGreaterThanOrEqualTo(EXCHANGES);
        assertThat(owner(below)).isEqualTo(FIRST_USER + round - 1);
        assertThat(owner(outside)).isEqualTo(0);
        try (var files = Files.list(outside)) {
            for (Path file : files.toList()) {
                assertThat(owner(file)).as(file.toString()).isEqualTo(0);
            }
        }
    }
}
