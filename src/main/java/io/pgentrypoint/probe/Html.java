package io.pgentrypoint.probe;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Text of an HTML page. All that is put into a template is quoted, unless it is such text already:
/// nothing reaches the page in another way.
record Html(String text) {

    static final Html NOTHING = new Html("");

    /// @param template with `%s` for each part, between tags or inside of double quotes
    static Html of(String template, Object... parts) {
        Object[] quoted =
                Arrays.stream(parts)
                        .map(part ->
                                part instanceof Html html
                                        ? html.text()
                                        : quoted(String.valueOf(part)))
                        .toArray();
        return new Html(template.formatted(quoted));
    }

    static Html all(Stream<Html> parts) {
        return new Html(parts.map(Html::text).collect(Collectors.joining()));
    }

    /// Also what cannot be seen, and what turns the direction of the text around it, is replaced.
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> quoted.append("&amp;");
                        case '<' -> quoted.append("&lt;");
                        case '>' -> quoted.append("&gt;");
                        case '"' -> quoted.append("&quot;");
                        case '\'' -> quoted.append("&#39;");
                        case '\n', '\t' -> quoted.append((char) c);
                        default -> quoted.appendCodePoint(isShown(c) ? c : '\uFFFD');
                    }
                });
        return quoted.toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
