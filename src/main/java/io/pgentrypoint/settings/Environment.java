package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The raw environment, read variable by variable. It collects every problem instead of stopping at
/// the first. An empty value is an unset value.
final class Environment {

    private final Map<String, String> raw;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private final ValueFiles files;
    // A variable may be asked for twice, and a pipe has its value once.
    private final Map<String, ValueFile> seen = new HashMap<>();

    Environment(Map<String, String> raw, ValueFiles files) {
        this.raw = raw;
        this.files = files;
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    void report(Problem problem) {
        problems.add(problem);
    }

    boolean isSet(Variable<?> variable) {
        return isSet(variable.name()) || variable.aliases().stream().anyMatch(this::isSet);
    }

    /// Patroni's variables but for those of [Variables]. Its secrets may come from files too.
    SortedMap<String, Secret> patroni() {
        SortedMap<String, Secret> found = new TreeMap<>();
        for (String name : new TreeMap<>(raw).keySet()) {
            String bare = name.replaceFirst("_FILE$", "");
            if (!name.startsWith(PatroniConfiguration.PREFIX)
                    || bare.equals(PatroniConfiguration.DOCUMENT)
                    || bare.equals("PATRONI_ENABLE")
                    // Files of variables that are ours to read.
                    || Set.of("PATRONI_SCOPE_FILE", "PATRONI_NAME_FILE").contains(name)) {
                continue;
            }
            if (PatroniConfiguration.isSecret(bare)) {
                read(patroniSecret(bare)).ifPresent(value -> found.put(bare, value));
            } else if (!text(name).isEmpty()) {
                found.put(name, new Secret(text(name)));
            }
        }
        return found;
    }

    private static Variable<Secret> patroniSecret(String name) {
        return new Variable<>(
                name, Variable.Group.PATRONI, Parsers::password, "", true, List.of(), "");
    }

    private boolean isSet(String name) {
        return !text(name).isEmpty() || !text(name + "_FILE").isEmpty();
    }

    <T> Optional<T> read(Variable<T> variable) {
        long before = errors();
        Optional<T> value = source(variable).flatMap(source -> parse(variable, source));
        if (errors() > before) {
            refused.add(variable.name());
        }
        return value;
    }

    /// As [#read(Variable)], but without a value there is always a problem: the parser's, that of
    /// the file, or this one. A file that holds nothing is an unset value too.
    <T> Optional<T> require(Variable<T> variable, String rule, String remedy) {
        Optional<T> value = read(variable);
        if (value.isEmpty() && !isRefused(variable)) {
            problems.add(Problem.error(variable.name(), "", rule, remedy));
        }
        return value;
    }

    /// Whether it was read and has a value that cannot be used.
    boolean isRefused(Variable<?> variable) {
        return refused.contains(variable.name());
    }

    private long errors() {
        return problems.stream().filter(Problem::isError).count();
    }

    <T> T read(Variable<T> variable, Supplier<T> fallback) {
        return read(variable).orElseGet(fallback);
    }

    private <T> Optional<T> parse(Variable<T> variable, Source source) {
        try {
            return Optional.of(variable.parser().parse(source.text()));
        } catch (BadValue e) {
            problems.add(
                    Problem.error(
                            source.name(), variable.shown(source.text()), e.rule(), e.remedy()));
            return Optional.empty();
        }
    }

    /// Where a value comes from: the variable, its file, or the name another image uses for it.
    private record Source(String name, String text) {}

    private Optional<Source> source(Variable<?> variable) {
        Optional<Source> own = valueOrFile(variable.name(), variable);
        for (String alias : variable.aliases()) {
            Optional<Source> other = valueOrFile(alias, variable);
            if (own.isPresent()
                    && other.isPresent()
                    && !own.get().text().equals(other.get().text())) {
                problems.add(
                        Problem.error(
                                alias,
                                variable.shown(other.get().text()),
                                "contradicts %s, which means the same".formatted(variable.name()),
                                "unset one of them"));
            }
            if (own.isEmpty() && other.isPresent()) {
                own = other;
                note(OtherImages.understood(other.get().name(), variable.name()));
            }
        }
        return own;
    }

    /// Once, though a variable may be read twice.
    private void note(Problem note) {
        if (!problems.contains(note)) {
            problems.add(note);
        }
    }

    private Optional<Source> valueOrFile(String name, Variable<?> variable) {
        String value = text(name);
        String file = text(name + "_FILE");
        if (!value.isEmpty() && !file.isEmpty()) {
            problems.add(
                    Problem.error(
                            name,
                            variable.shown(value),
                            "both %s and %s_FILE are set (but are exclusive)".formatted(name, name),
                            "unset one of them"));
            return Optional.empty();
        }
        if (!file.isEmpty()) {
            return fromFile(
                    name + "_FILE",
                    file,
                    "mount it readable for this user, or set the variable itself");
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(new Source(name, value));
    }

    private Optional<Source> fromFile(String name, String path, String remedy) {
        return switch (seen.computeIfAbsent(path, files::read)) {
            case ValueFile.Unreadable unreadable -> {
                problems.add(
                        new Problem(
                                Problem.Severity.ERROR,
                                ExitCode.SECRET,
                                name,
                                path,
                                "cannot read the file: " + unreadable.why(),
                                remedy));
                yield Optional.empty();
            }
            case ValueFile.Content content -> {
                for (ValueFile.Oddity oddity : content.oddities()) {
                    note(Problem.warning(name, path, oddity.rule(), oddity.remedy()));
                }
                yield content.text().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Source(name, content.text()));
            }
        };
    }

    /// What a file holds that a variable names by its path.
    Optional<String> file(Variable<Path> variable, Path path) {
        return fromFile(
                        variable.name(),
                        path.toString(),
                        "mount it readable for this user, or start the container as root")
                .map(Source::text);
    }

    private String text(String name) {
        return raw.getOrDefault(name, "");
    }
}
