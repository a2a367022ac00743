package io.pgentrypoint.cli;

import java.util.ArrayList;
import java.util.List;

/// Text in lines of 80 columns. No word is broken: one that is longer has a line of its own.
final class Wrapped {

    private static final int COLUMNS = 80;

    private Wrapped() {}

    /// @param first what the first line begins with
    /// @param others what each further line begins with
    static List<String> lines(String text, String first, String others) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        boolean begins = true;
        for (String word : text.split(" ", -1)) {
            if (!begins && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder(others);
                begins = true;
            }
            line.append(begins ? "" : " ").append(word);
            begins = false;
        }
        lines.add(line.toString());
        return lines;
    }
}
