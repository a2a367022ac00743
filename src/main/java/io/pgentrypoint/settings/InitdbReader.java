package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.report.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// POSTGRES_INITDB_ARGS and POSTGRES_INITDB_WALDIR. An option that puts a part of the cluster
/// elsewhere is found, in each form in which getopt_long takes it: a first boot that fails has to
/// know all that it has made.
final class InitdbReader {

    /// Of the short options of initdb.c, those that take a value.
    private static final String SHORT_WITH_VALUE = "AcDELTUX";

    private static final String NAME = Variables.POSTGRES_INITDB_ARGS.name();

    private final Environment environment;
    private final List<String> kept = new ArrayList<>();
    private Optional<String> walDirectory = Optional.empty();

    InitdbReader(Environment environment) {
        this.environment = environment;
    }

    Initdb read() {
        Optional<Path> variable = environment.read(Variables.POSTGRES_INITDB_WALDIR);
        String text = environment.read(Variables.POSTGRES_INITDB_ARGS, () -> "");
        try {
            List<String> words = Words.split(text);
            // compose's list form keeps the quotes: - POSTGRES_INITDB_ARGS="--a --b"
            if (words.size() == 1 && words.getFirst().matches("-.* -.*")) {
                environment.report(
                        Problem.warning(
                                NAME,
                                text,
                                "is one single argument, because of the quotes around it",
                                "remove the outer quotes"));
            }
            Iterator<String> rest = words.iterator();
            while (rest.hasNext()) {
                take(rest.next(), rest);
            }
            // As in the official image, where the variable's option comes last.
            return new Initdb(
                    kept,
                    variable.isPresent() || walDirectory.isEmpty()
                            ? variable
                            : Optional.of(Parsers.absolutePath(walDirectory.get())));
        } catch (BadValue e) {
            environment.report(Problem.error(NAME, text, e.rule(), e.remedy()));
            return new Initdb(List.of(), variable);
        }
    }

    private void take(String word, Iterator<String> rest) throws BadValue {
        if (word.startsWith("--")) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
            Optional<String> value =
                    equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
            if (isShortFor("waldir", "wald", name)) {
                walDirectory = Optional.of(value(word, value, rest));
            } else if (isShortFor("pgdata", "pg", name)) {
                throw elsewhere(word);
            } else if (isShortFor("set", "se", name)) {
                String assignment = value(word, value, rest);
                refuseDirectory(assignment);
                kept.addAll(List.of("--set", assignment));
            } else {
                kept.add(word);
            }
        } else if (word.startsWith("-")) {
            takeLetters(word, rest);
        } else {
            kept.add(word);
        }
    }

    /// `-kX /wal`, `-kX/wal`.
    private void takeLetters(String word, Iterator<String> rest) throws BadValue {
        for (int i = 1; i < word.length(); i++) {
            String letter = word.substring(i, i + 1);
            if (!SHORT_WITH_VALUE.contains(letter)) {
                kept.add("-" + letter);
                continue;
            }
            String attached = word.substring(i + 1);
            String value = value(word, Optional.of(attached).filter(text -> !text.isEmpty()), rest);
            switch (letter) {
                case "X" -> walDirectory = Optional.of(value);
                case "D" -> throw elsewhere(word);
                default -> {
                    if (letter.equals("c")) {
                        refuseDirectory(value);
                    }
                    kept.add("-" + letter);
                    kept.add(value);
                }
            }
            return;
        }
    }

    /// getopt_long takes each beginning of a name that no other option has.
    private static boolean isShortFor(String name, String shortest, String word) {
        return name.startsWith(word) && word.startsWith(shortest);
    }

    private static String value(String word, Optional<String> attached, Iterator<String> rest)
            throws BadValue {
        if (attached.isEmpty() && !rest.hasNext()) {
            throw new BadValue("has no value for " + word, "give one");
        }
        return attached.orElseGet(rest::next);
    }

    private static BadValue elsewhere(String word) {
        return new BadValue(
                "must not name the data directory (%s)".formatted(word), "set PGDATA instead");
    }

    private static void refuseDirectory(String assignment) throws BadValue {
        if (assignment.replace('-', '_').toLowerCase(Locale.ROOT).startsWith("data_directory=")) {
            throw elsewhere(assignment);
        }
    }
}
