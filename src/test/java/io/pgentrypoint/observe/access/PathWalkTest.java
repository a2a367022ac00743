package io.pgentrypoint.observe.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which symbolic links root follows.
class PathWalkTest {

    private static final int SOMEBODY = 54321;

    @TempDir private Path directory;
    private Path target;
    private Path link;

    @BeforeEach
    void make() throws IOException {
        if (!Identity.current().isRoot()) {
            String message = "NOT TESTED: only root can make links of other users";
            assertThat(System.getenv("CI")).as(message).isNull();
            Assumptions.abort(message);
        }
        directory = directory.toRealPath();
        target = Files.createDirectory(directory.resolve("target"));
        link = directory.resolve("link");
    }

    private static String found(Path path) throws IOException {
        try (PathWalk way = PathWalk.to(path)) {
            return switch (way) {
                case PathWalk.Found(OpenFile file) -> "found " + file;
                case PathWalk.Missing(OpenFile above, String first, boolean last) ->
                        "missing %s in %s, last %s".formatted(first, above, last);
                case PathWalk.Crossed(Path crossed, String why) -> crossed + " " + why;
            };
        }
    }

    @Test
    void links_of_roots_are_followed_wherever_they_are_in_the_path() throws IOException {
        Files.createDirectory(target.resolve("below"));
        Files.createSymbolicLink(link, target);
        assertThat(found(link)).isEqualTo("found " + target);
        assertThat(found(link.resolve("below"))).isEqualTo("found " + target + "/below");
        assertThat(found(link.resolve("../link/./below"))).isEqualTo("found " + target + "/below");
        assertThat(found(link.resolve("none")))
                .isEqualTo("missing none in " + target + ", last true");
        assertThat(found(link.resolve("none/below")))
                .isEqualTo("missing none in " + target + ", last false");
    }

    @Test
    void a_relative_link_leads_from_where_it_is() throws IOException {
        Files.createSymbolicLink(link, Path.of("x/../target"));
        Files.createDirectory(directory.resolve("x"));
        assertThat(found(link)).isEqualTo("found " + target);
    }

    @Test
    void a_link_of_another_user_is_named() throws IOException {
        Files.createSymbolicLink(link, target);
        Files.setAttribute(link, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);
        Path second = Files.createSymbolicLink(directory.resolve("second"), link);
        for (Path path : new Path[] {link, second, link.resolve("none")}) {
            assertThat(found(path)).isEqualTo(link + " belongs to uid 54321 and not to root");
        }
    }

    /// Another user may give a file of root's a second name where the kernel lets him
    /// (fs.protected_hardlinks), or move it.
    @Test
    void a_link_of_roots_that_somebody_else_may_have_put_there_is_named() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setAttribute(open, "unix:uid", SOMEBODY);
        Path relative = Files.createSymbolicLink(open.resolve("relative"), Path.of("../target"));
        assertThat(found(relative)).startsWith(relative + " leads to another place by a relative");
        Path absolute = Files.createSymbolicLink(open.resolve("absolute"), target);
        assertThat(found(absolute)).isEqualTo("found " + target);
        Files.createLink(open.resolve("hard"), absolute);
        assertThat(found(absolute)).isEqualTo(absolute + " has another name (a hard link)");
    }

    @Test
    void links_without_end_are_refused() throws IOException {
        Files.createSymbolicLink(link, link);
        assertThatThrownBy(() -> found(link))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("too many symbolic links");
    }
}
