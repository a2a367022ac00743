package io.pgentrypoint.execute.move;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The names under which we keep for the user what a start does not need any more.
final class MovedAside {

    private static final Logger LOG = LoggerFactory.getLogger(MovedAside.class);

    private MovedAside() {}

    /// @param places where parts of it go by that name as well, beside what was moved aside before
    static String free(Layout layout, String name, List<Path> places) throws IOException {
        String free = Layout.replacedName(name);
        for (int i = 2; isTaken(layout, free, places); i++) {
            free = Layout.replacedName(name + "-" + i);
        }
        return free;
    }

    /// One of ours that is empty is of a start that was killed before its journal named it.
    private static boolean isTaken(Layout layout, String name, List<Path> places)
            throws IOException {
        Path ours = layout.stateDirectory().resolve(name);
        boolean unused =
                Files.isDirectory(ours, LinkOption.NOFOLLOW_LINKS) && FileTree.list(ours).isEmpty();
        return (Files.exists(ours, LinkOption.NOFOLLOW_LINKS) && !unused)
                || places.stream()
                        .map(place -> place.resolve(name))
                        .anyMatch(place -> Files.exists(place, LinkOption.NOFOLLOW_LINKS));
    }

    static void say(Path place, List<Path> external) {
        String places =
                Stream.concat(Stream.of(place), external.stream())
                        .map(Path::toString)
                        .collect(Collectors.joining(", "));
        LOG.warn(
                "The old data is in {} and takes space there; deleting it is your decision",
                places);
    }
}
