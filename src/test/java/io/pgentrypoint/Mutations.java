package io.pgentrypoint;

import java.util.List;
import java.util.random.RandomGenerator;

/// From a text that a parser takes to one that it may not expect.
final class Mutations {

    private static final int MOST = 1 << 16;
    private static final int MOST_CHANGES = 6;
    private static final List<Integer> TIMES = List.of(2, 3, 5, 17, 60, 300, 1_000, 20_000);
    private static final List<String> FRAGMENTS =
            List.of(
                    "\"",
                    "\"\"",
                    "'",
                    "''",
                    "\0",
                    "\n",
                    "\r\n",
                    "\u0085",
                    "\u2028",
                    "\ufeff",
                    "\ud800",
                    "\u00e9",
                    " ",
                    "\t",
                    "\u001b[2J",
                    "%",
                    "%s%n",
                    "%zz",
                    "\\",
                    "\\777",
                    "=",
                    ":",
                    ",",
                    ".",
                    "a.",
                    "..",
                    "/",
                    "../",
                    "-",
                    "_",
                    "#",
                    "(",
                    "()",
                    "[",
                    "[]",
                    "{",
                    "{}",
                    "[*a]",
                    "&a [*a]",
                    "&a {b: *a}",
                    "<<: *a",
                    "? [x] : y",
                    "*a",
                    "!!binary 'AAA'",
                    "!!java.lang.Thread {}",
                    "!!int x",
                    "!!timestamp x",
                    "!!float .",
                    "!!set {a, b}",
                    "!!omap [a: b]",
                    "0x_",
                    "0b",
                    "1:99",
                    ".inf",
                    "null",
                    "true",
                    "0",
                    "-1",
                    "00",
                    "2147483648",
                    "-9223372036854775808",
                    "99999999999999999999999999",
                    "1e999999999",
                    "1e-999999999",
                    "NaN",
                    "FFFFFFFF/FFFFFFFF",
                    "0/0",
                    "end\n",
                    "postgres",
                    "x".repeat(300));

    private final RandomGenerator random;

    Mutations(RandomGenerator random) {
        this.random = random;
    }

    String of(List<String> samples) {
        String text = one(samples);
        for (int i = random.nextInt(MOST_CHANGES) + 1; i > 0; i--) {
            text = changed(text, samples);
        }
        return text.length() > MOST ? text.substring(0, MOST) : text;
    }

    private String changed(String text, List<String> samples) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(12));
        String before = text.substring(0, from);
        String after = text.substring(to);
        return switch (random.nextInt(10)) {
            case 0 -> before + after;
            case 1 -> before;
            case 2 -> before + one(FRAGMENTS) + text.substring(from);
            case 3 -> before + one(FRAGMENTS) + after;
            case 4 -> before + one(FRAGMENTS).repeat(one(TIMES)) + after;
            case 5 -> before + text.substring(from, to).repeat(one(TIMES)) + after;
            case 6 -> before + (char) random.nextInt(from % 2 == 0 ? 128 : 0x10000) + after;
            case 7 -> before + one(samples) + after;
            case 8 -> text.replaceFirst("[0-9]+", one(FRAGMENTS).replaceAll("[\\\\$]", ""));
            default -> before + HostileText.any(random) + after;
        };
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
