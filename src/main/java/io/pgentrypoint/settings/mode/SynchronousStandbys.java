package io.pgentrypoint.settings.mode;

import io.pgentrypoint.report.BadValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which standbys a commit waits for: a value of `synchronous_standby_names`.
///
/// @param text as it was given, in the server's syntax
/// @param number how many of them
/// @param names `application_name`s, in any case; `*` is every standby
public record SynchronousStandbys(String text, int number, List<String> names) {

    private static final String EVERY = "*";
    private static final int SHOWN = 40;

    // syncrep_scanner.l: quoted and bare names, numbers, the star; in a quoted one "" is a quote.
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*+(?:\"((?:[^\"]++|\"\")*+)\"|([A-Za-z_\\x{80}-\\x{10ffff}][A-Za-z0-9_$\\x{80}-\\x{10ffff}]*)"
                            + "|([0-9]+)|([*(),]))\\s*+");

    public SynchronousStandbys {
        names = List.copyOf(names);
    }

    /// As syncrep_gram.y reads it: a list, `NUM (list)`, `FIRST NUM (list)` or `ANY NUM (list)`.
    public static SynchronousStandbys parse(String text) throws BadValue {
        List<Token> tokens = tokens(text);
        if (tokens.stream().noneMatch(token -> token.kind == Kind.OPEN)) {
            return of(text, "1", tokens);
        }
        int first = tokens.getFirst().isMethod() ? 1 : 0;
        if (tokens.size() < first + 4
                || tokens.get(first).kind != Kind.NUMBER
                || tokens.get(first + 1).kind != Kind.OPEN
                || tokens.getLast().kind != Kind.CLOSE) {
            throw bad("it is neither a list of names nor a number and a list in parentheses");
        }
        return of(text, tokens.get(first).text, tokens.subList(first + 2, tokens.size() - 1));
    }

    /// Whether so many of them stream that a commit would not wait for one that is not there.
    ///
    /// @param streaming the `application_name` of each
    public boolean areAmong(Collection<String> streaming) {
        return streaming.stream().filter(this::names).count() >= number;
    }

    /// Whether there are so many names, should no two standbys share one.
    public boolean canBe() {
        return names.contains(EVERY) || names.size() >= number;
    }

    public boolean names(String standby) {
        return names.stream()
                .anyMatch(name -> name.equals(EVERY) || name.equalsIgnoreCase(standby));
    }

    private static SynchronousStandbys of(String text, String number, List<Token> list)
            throws BadValue {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Token token = list.get(i);
            boolean separates = i % 2 == 1;
            if (separates ? token.kind != Kind.COMMA : !token.isName()) {
                throw bad("'%s' stands where it cannot".formatted(token.text));
            }
            if (!separates) {
                names.add(token.text);
            }
        }
        if (list.size() % 2 == 0) {
            throw bad("it ends where a name should follow");
        }
        int asked = number.length() > 9 ? 0 : Integer.parseInt(number);
        if (asked < 1) {
            throw bad("the number of standbys must be from 1 to 999999999");
        }
        return new SynchronousStandbys(text.strip(), asked, names);
    }

    private static List<Token> tokens(String text) throws BadValue {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            // Not find: it would try again at each character of what cannot be read.
            if (!matcher.region(end, text.length()).lookingAt()) {
                String rest = text.substring(end);
                throw bad(
                        "it cannot be read from '%s' on"
                                .formatted(rest.substring(0, Math.min(SHOWN, rest.length()))));
            }
            tokens.add(Token.of(matcher));
            end = matcher.end();
        }
        if (tokens.isEmpty()) {
            throw bad("it names nobody");
        }
        return tokens;
    }

    private static BadValue bad(String why) {
        return new BadValue(
                "must be a value of synchronous_standby_names: " + why,
                """
                write ANY 1 (*), FIRST 1 (db2, "db-3") or the like; a name with a hyphen \
                takes double quotes\
                """);
    }

    private enum Kind {
        NAME,
        NUMBER,
        OPEN,
        CLOSE,
        COMMA
    }

    private record Token(Kind kind, String text, boolean quoted) {

        static Token of(Matcher matcher) throws BadValue {
            if (matcher.group(1) != null) {
                return new Token(Kind.NAME, matcher.group(1).replace("\"\"", "\""), true);
            }
            if (matcher.group(2) != null) {
                return new Token(Kind.NAME, matcher.group(2), false);
            }
            if (matcher.group(3) != null) {
                return new Token(Kind.NUMBER, matcher.group(3), false);
            }
            String sign = String.valueOf(matcher.group(4));
            return new Token(
                    switch (sign) {
                        case "(" -> Kind.OPEN;
                        case ")" -> Kind.CLOSE;
                        case "," -> Kind.COMMA;
                        default -> Kind.NAME;
                    },
                    sign,
                    false);
        }

        boolean isName() {
            return kind == Kind.NUMBER || (kind == Kind.NAME && !isMethod());
        }

        /// Quoted it is a name.
        boolean isMethod() {
            return !quoted && (text.equalsIgnoreCase("first") || text.equalsIgnoreCase("any"));
        }
    }
}
