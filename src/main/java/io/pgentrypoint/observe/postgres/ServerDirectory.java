package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The data directory that the server will use, by its own reading of its arguments and files. The
/// lock, the heartbeat and the plan are about PGDATA: a server on another directory would have none
/// of them, and a second container could write there too.
public final class ServerDirectory {

    /// In a configuration file; an included file may have it as well.
    private static final Pattern IN_PLAY =
            Pattern.compile(
                    "\\s*(?:data_directory|include|include_dir|include_if_exists)(?:[\\s='].*)?",
                    Pattern.CASE_INSENSITIVE);

    private final Settings settings;
    private final Layout layout;
    private final Installation installation;
    private final Programs programs;

    private ServerDirectory(Settings settings, Installation installation, Programs programs) {
        this.settings = settings;
        this.layout = new Layout(settings.dataDirectory());
        this.installation = installation;
        this.programs = programs;
    }

    /// @throws Refusal when it is not PGDATA
    public static void require(Settings settings, Installation installation, Programs programs) {
        new ServerDirectory(settings, installation, programs).require();
    }

    /// Asked only where something may say it: each question starts a program.
    private void require() {
        boolean inPlay = settings.serverArguments().nameConfiguration() || isInFile();
        String answer = inPlay ? asked() : "";
        if (!answer.isEmpty() && !isDataDirectory(Path.of(answer))) {
            throw Refusals.otherDirectory(answer, settings.dataDirectory());
        }
    }

    private boolean isInFile() {
        return FileBytes.read(layout.postgresqlConf())
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .stream()
                .flatMap(String::lines)
                .anyMatch(line ->
                        !line.equals(Layout.INCLUDE_LINE) && IN_PLAY.matcher(line).matches());
    }

    /// Empty when the server cannot read its configuration: its start says why.
    private String asked() {
        // It wants a directory that exists; a file that is named by an argument needs no other.
        String directory =
                FileBytes.exists(layout.postgresqlConf()) ? layout.dataDirectory().toString() : "/";
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                installation.program("postgres"),
                                "-C",
                                "data_directory",
                                "-D",
                                directory));
        argv.addAll(settings.serverArguments().words());
        Outcome outcome =
                programs.run(new Command("postgres -C", argv, settings.childEnvironment()));
        String answer = outcome.succeeded() ? outcome.stdout().strip() : "";
        return answer.equals(directory) ? "" : answer;
    }

    private boolean isDataDirectory(Path answer) {
        return real(answer).equals(real(layout.dataDirectory()));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path absolute = path.toAbsolutePath().normalize();
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        }
    }
}
