package io.pgentrypoint.observe.postgres;

import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the PostgreSQL programs: on the PATH, else where the packages of Debian put them.
public final class InstallationFinder {

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d{1,4})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");

    private final Map<String, String> environment;
    private final Programs programs;
    private final Path packages;

    public InstallationFinder(Map<String, String> environment, Programs programs) {
        this(environment, programs, PACKAGES);
    }

    public InstallationFinder(Map<String, String> environment, Programs programs, Path packages) {
        this.environment = environment;
        this.programs = programs;
        this.packages = packages;
    }

    public Installation find() {
        List<Path> searched = new ArrayList<>(onThePath());
        searched.addAll(packaged());
        for (Path directory : searched) {
            Path postgres = directory.resolve("postgres");
            if (Files.isRegularFile(postgres) && Files.isExecutable(postgres)) {
                return installation(postgres);
            }
        }
        throw Refusals.notFound(environment.getOrDefault("PATH", ""), packages);
    }

    /// That of another major version, beside the one that is used: an image for upgrades has it.
    public Optional<Installation> find(int major) {
        Path postgres = packages.resolve(String.valueOf(major)).resolve("bin/postgres");
        return Files.isExecutable(postgres)
                ? Optional.of(installation(postgres)).filter(found -> found.major() == major)
                : Optional.empty();
    }

    private List<Path> onThePath() {
        return Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
                .filter(entry -> entry.startsWith("/"))
                .map(Path::of)
                .toList();
    }

    private List<Path> packaged() {
        try (Stream<Path> versions = Files.list(packages)) {
            return versions.filter(path -> NUMBER.matcher(path.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt(InstallationFinder::number).reversed())
                    .map(path -> path.resolve("bin"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static int number(Path directory) {
        return Integer.parseInt(directory.getFileName().toString());
    }

    /// The directory of the file itself: beside a symbolic link, initdb and the others are missing.
    private Installation installation(Path postgres) {
        try {
            Path file = postgres.toRealPath();
            Path directory = Optional.ofNullable(file.getParent()).orElse(file);
            return new Installation(directory, major(file));
        } catch (IOException e) {
            throw Refusals.unreadable(postgres, e);
        }
    }

    private int major(Path postgres) {
        Outcome outcome =
                programs.run(
                        new Command(
                                "postgres --version",
                                List.of(postgres.toString(), "--version"),
                                environment));
        Matcher version = VERSION.matcher(outcome.stdout());
        if (!outcome.succeeded() || !version.find()) {
            throw Refusals.unknownVersion(postgres, (outcome.stdout() + outcome.stderr()).strip());
        }
        return Integer.parseInt(version.group(1));
    }
}
