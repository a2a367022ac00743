package io.pgentrypoint.cli;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.ServerSettings;
import io.pgentrypoint.settings.Variable;
import io.pgentrypoint.settings.Variables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines that explain an exit code, a variable or a message. Nothing is looked at but what this
/// program knows.
final class Explanation {

    private static final String INDENT = "  ";
    private static final String DEEPER = "    ";
    private static final String SETTING = "POSTGRES_CONF_";
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)]+)\\)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+");
    private static final int SHORTEST_WORD = 4;
    private static final int WORDS_IN_COMMON = 2;
    private static final int PROPOSALS = 3;

    private final List<String> lines = new ArrayList<>();

    private Explanation() {}

    /// @throws Refusal when it is nothing that is known
    static List<String> of(String asked) {
        Explanation text = new Explanation();
        String word = asked.strip();
        Optional<Variable<?>> variable = VariablesCommand.find(word);
        if (word.matches("\\d{1,3}")) {
            text.code(Integer.parseInt(word));
        } else if (variable.isPresent()) {
            text.variable(variable.get());
        } else if (word.startsWith(SETTING) && word.length() > SETTING.length()) {
            text.setting(word.substring(SETTING.length()).replace("__", "."));
        } else {
            text.message(word);
        }
        return text.lines;
    }

    /// What can be asked.
    static List<String> index() {
        Explanation text = new Explanation();
        text.line("entrypoint explain CODE      an exit code:");
        for (ExitCode code : ExitCode.values()) {
            text.wrap("%3d  %s".formatted(code.code(), CodeAdvice.of(code).title()), INDENT);
        }
        text.line("  128+n  ended by signal n, for example 137");
        text.line("");
        text.line("entrypoint explain VARIABLE  a name that entrypoint variables lists");
        text.line("");
        text.line("entrypoint explain MESSAGE   a line of the log or a part of it:");
        CodeTroubles.all().forEach(trouble -> text.wrap(trouble.symptom(), INDENT));
        return text.lines;
    }

    private void code(int number) {
        Optional<ExitCode> known =
                Arrays.stream(ExitCode.values()).filter(code -> code.code() == number).findFirst();
        if (known.isPresent()) {
            ExitCode code = known.get();
            CodeAdvice advice = CodeAdvice.of(code);
            wrap("exit code %d: %s".formatted(number, advice.title()), "");
            wrap("means   " + code.meaning(), INDENT);
            wrap("remedy  " + plain(advice.text()), INDENT);
            wrap(
                    "retry   "
                            + switch (code.retry()) {
                                case NEEDLESS -> "not needed";
                                case HELPS -> "can help";
                                case USELESS -> "does not help: a person must look";
                            },
                    INDENT);
            advice.troubles().forEach(this::trouble);
        } else if (number > 128 && number <= 128 + 64) {
            CodeAdvice advice = CodeAdvice.ofSignal(number - 128);
            wrap(
                    "exit code %d: %s (signal %d)".formatted(number, advice.title(), number - 128),
                    "");
            wrap("remedy  " + plain(advice.text()), INDENT);
        } else {
            wrap("exit code %d: not of the entrypoint".formatted(number), "");
            wrap(
                    "It is the code of the server, or of a program or script that was run: its lines in the log say why.",
                    INDENT);
        }
    }

    private void variable(Variable<?> variable) {
        line(variable.name());
        wrap("meaning  " + plain(variable.meaning()), INDENT);
        wrap("default  " + variable.fallback(), INDENT);
        wrap("group    " + variable.group().title(), INDENT);
        if (!variable.aliases().isEmpty()) {
            wrap("also     " + String.join(", ", variable.aliases()), INDENT);
        }
        wrap(
                "file     %s_FILE is the path of a file with the value%s"
                        .formatted(
                                variable.name(),
                                variable.secret() ? "; it is a secret, prefer the file" : ""),
                INDENT);
        CodeTroubles.all().stream()
                .filter(trouble -> trouble.names(variable.name()))
                .forEach(this::trouble);
    }

    private void setting(String name) {
        line(SETTING + name.replace(".", "__"));
        wrap(
                "It sets %s of the server. The server's own parser checks it: entrypoint validate; what it does is in PostgreSQL's documentation."
                        .formatted(name.toLowerCase(Locale.ROOT)),
                INDENT);
    }

    private void message(String line) {
        List<Trouble> found =
                CodeTroubles.all().stream().filter(trouble -> trouble.fits(line)).toList();
        if (found.isEmpty()) {
            throw CommandRefusals.unexplained(line, near(line));
        }
        found.forEach(this::trouble);
        lines.removeFirst();
    }

    /// A variable with nearly that name, or the messages with the most words of it.
    private static List<String> near(String line) {
        Optional<String> name =
                ServerSettings.nearest(
                        line.toUpperCase(Locale.ROOT),
                        Variables.all().stream().map(Variable::name).toList());
        if (name.isPresent()) {
            return List.of(name.get());
        }
        Set<String> asked = words(line);
        record Near(Trouble trouble, int common) {}
        List<Near> all = new ArrayList<>();
        for (Trouble trouble : CodeTroubles.all()) {
            Set<String> common = words(trouble.symptom());
            common.retainAll(asked);
            all.add(new Near(trouble, common.size()));
        }
        List<String> nearest =
                all.stream()
                        .filter(each -> each.common() >= Math.min(WORDS_IN_COMMON, asked.size()))
                        .filter(each -> each.common() > 0)
                        .sorted((a, b) -> Integer.compare(b.common(), a.common()))
                        .limit(PROPOSALS)
                        .map(each -> "\"%s\"".formatted(each.trouble().symptom()))
                        .toList();
        return nearest.isEmpty() ? variablesIn(line) : nearest;
    }

    private static List<String> variablesIn(String line) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(line);
        while (matcher.find()) {
            VariablesCommand.find(matcher.group()).map(Variable::name).ifPresent(names::add);
        }
        return names;
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        for (String word : Trouble.plain(text).split("[^a-z0-9_]+", -1)) {
            if (word.length() >= SHORTEST_WORD) {
                words.add(word);
            }
        }
        return words;
    }

    private void trouble(Trouble trouble) {
        line("");
        wrap(
                switch (trouble.speaker()) {
                    case ENTRYPOINT -> "\"%s\"".formatted(trouble.symptom());
                    case SERVER -> "\"%s\" (the server)".formatted(trouble.symptom());
                },
                "");
        wrap("cause   " + plain(trouble.cause()), INDENT);
        wrap("remedy  " + plain(trouble.remedy()), INDENT);
    }

    private void wrap(String text, String first) {
        lines.addAll(Wrapped.lines(text, first, first + DEEPER));
    }

    private void line(String text) {
        lines.add(text);
    }

    /// A link becomes its words, and the page where it leads.
    static String plain(String markdown) {
        return LINK.matcher(markdown)
                .replaceAll(link ->
                        Matcher.quoteReplacement(
                                "%s (%s)".formatted(link.group(1), page(link.group(2)))))
                .replace("`", "");
    }

    private static String page(String target) {
        return target.startsWith("../") ? "docs" + target.substring(2) : "docs/reference/" + target;
    }
}
