package io.pgentrypoint.observe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Lines of `key=value`, so that a person can read them too. The last line is `end`: a text that
/// was cut off at a line break must not pass for a shorter one.
final class StateText {

    private static final String END = "end";

    private StateText() {}

    record Line(String key, String value) {}

    static String write(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line ->
                text.append(line.key()).append('=').append(encoded(line.value())).append('\n'));
        return text.append(END).append('\n').toString();
    }

    static List<Line> parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.getLast().equals(END) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("it is cut off");
        }
        List<Line> parsed = new ArrayList<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            int equals = Math.max(0, line.indexOf('='));
            parsed.add(
                    new Line(
                            line.substring(0, equals),
                            decoded(line.substring(line.indexOf('=') + 1))));
        }
        return parsed;
    }

    /// Percent-encodes the escape sign itself and whatever could end a line.
    private static String encoded(String value) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' || Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
                }
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private static String decoded(String value) {
        // URLDecoder, which takes a + for a blank: it is protected first.
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
