package io.pgentrypoint.observe.scripts;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lists the user's scripts. The order is that of a shell's `*`, which is the locale's: only a
/// shell of this machine knows it.
public final class ScriptsReader {

    // A file name ends at a line break here; one that holds some is named by no one.
    private static final String GLOB = "for f in \"$1\"/*; do printf '%s\\n' \"$f\"; done";

    private final Programs programs;
    private final Map<String, String> environment;

    private ScriptsReader(Programs programs, Map<String, String> environment) {
        this.programs = programs;
        this.environment = environment;
    }

    /// @param firstStart whether there is no database yet
    public static Scripts read(Settings settings, boolean firstStart, Programs programs) {
        ScriptsReader reader = new ScriptsReader(programs, settings.childEnvironment());
        Scripts none = Scripts.none();
        if (settings.mode() instanceof Mode.NativeReplica) {
            return none;
        }
        return new Scripts(
                firstStart ? reader.directory(Scripts.initPath()) : none.init(),
                reader.directory(Scripts.startPath()));
    }

    private ScriptDirectory directory(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            // A shell's * leaves out what begins with a dot.
            all.forEach(path -> {
                if (!String.valueOf(path.getFileName()).startsWith(".")) {
                    found.add(path);
                }
            });
        } catch (NoSuchFileException e) {
            return ScriptDirectory.none(directory);
        } catch (DirectoryIteratorException e) {
            return unreadable(directory, String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            return unreadable(directory, "Permission denied");
        } catch (IOException e) {
            return unreadable(directory, String.valueOf(e.getMessage()));
        }
        List<Script> scripts = ordered(directory, found).stream().map(ScriptFile::read).toList();
        return new ScriptDirectory(directory, scripts, Optional.empty());
    }

    private static ScriptDirectory unreadable(Path directory, String why) {
        return new ScriptDirectory(directory, List.of(), Optional.of(why));
    }

    private List<Path> ordered(Path directory, List<Path> found) {
        found.sort(null);
        if (found.size() < 2) {
            return found;
        }
        Outcome listed =
                programs.run(
                        new Command(
                                "list of scripts",
                                List.of("bash", "-c", GLOB, "bash", directory.toString()),
                                environment));
        List<Path> ordered = new ArrayList<>(listed.stdout().lines().map(Path::of).toList());
        // A name that is no text in this locale comes back changed: then the order of the bytes.
        return ordered.size() == found.size() && found.containsAll(ordered) ? ordered : found;
    }
}
