package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.ArrayList;
import java.util.List;

/// Splits a text into words as a POSIX shell does (XCU 2.2 and 2.6.5): blanks separate, quotes and
/// backslashes protect, a backslash before a line break joins the lines. Command substitution and
/// variables are refused, not run: the official image evaluates them, and so executes whatever
/// reaches this variable.
final class Words {

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private Words(String text) {
        this.text = text;
    }

    static List<String> split(String text) throws BadValue {
        return new Words(text).split();
    }

    private List<String> split() throws BadValue {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case ' ', '\t', '\n', '\r' -> endWord();
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> escaped();
                case '`', '$', ';', '&', '|', '<', '>', '(', ')' -> throw shell(c);
                default -> take(c);
            }
        }
        endWord();
        return List.copyOf(words);
    }

    private void escaped() throws BadValue {
        char c = next("a backslash");
        if (c != '\n') {
            take(c);
        }
    }

    private void singleQuoted() throws BadValue {
        inWord = true;
        for (char c = next("a quote"); c != '\''; c = next("a quote")) {
            take(c);
        }
    }

    private void doubleQuoted() throws BadValue {
        inWord = true;
        for (char c = next("a quote"); c != '"'; c = next("a quote")) {
            if (c == '`' || c == '$') {
                throw shell(c);
            }
            if (c == '\\') {
                escapedInQuotes();
            } else {
                take(c);
            }
        }
    }

    private void escapedInQuotes() throws BadValue {
        char c = next("a backslash");
        if (c == '\n') {
            return;
        }
        if ("\"\\$`".indexOf(c) < 0) {
            take('\\');
        }
        take(c);
    }

    private char next(String open) throws BadValue {
        if (at == text.length()) {
            throw new BadValue("ends in the middle of " + open, "close it");
        }
        return text.charAt(at++);
    }

    private void take(char c) {
        inWord = true;
        word.append(c);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private static BadValue shell(char c) {
        return new BadValue(
                "has an unquoted %s, which a shell would act upon; here nothing is executed"
                        .formatted(c),
                "write the value itself, or put it in single quotes");
    }
}
