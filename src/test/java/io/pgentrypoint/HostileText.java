package io.pgentrypoint;

import java.util.List;
import java.util.random.RandomGenerator;

/// Strings made of what some syntax gives a meaning to. A run repeats with its seed:
/// `-Dproperty.seed=…`.
public final class HostileText {

    /// The seed of the first case; each further case adds one.
    public static final long FIRST_SEED = Long.getLong("property.seed", 20_260_101L);

    private static final List<String> PIECES =
            List.of(
                    "'",
                    "''",
                    "\"",
                    "\"\"",
                    "\\",
                    "\\\\",
                    "\\'",
                    "\\0",
                    "\\n",
                    "7",
                    "01",
                    "#",
                    " # ",
                    "$",
                    "${x}",
                    "$$",
                    "`",
                    ":",
                    "*",
                    "%",
                    "%n",
                    " ",
                    "  ",
                    "\t",
                    "\n",
                    "\r",
                    "\r\n",
                    "\b",
                    "\f",
                    "\u0001",
                    "\u001f",
                    "\u007f",
                    "=",
                    ",",
                    ";",
                    "--",
                    "/*",
                    "@",
                    "@f",
                    "+",
                    "+g",
                    "/",
                    "|",
                    "&",
                    "(",
                    ")",
                    "[",
                    "]",
                    "{",
                    "}",
                    "~",
                    "!",
                    "?",
                    "<",
                    ">",
                    "a",
                    "Z",
                    "b",
                    "f",
                    "n",
                    "r",
                    "t",
                    "x",
                    "all",
                    "replication",
                    "samenet",
                    "trust",
                    "host",
                    "include",
                    "password",
                    "user=postgres",
                    "sslmode=disable",
                    "E'",
                    "\u00e9",
                    "\u00df",
                    "\u20ac",
                    "\ud83d\udc18",
                    "\u0085",
                    "\u00a0",
                    "\u2028",
                    "\ufeff",
                    "\nhost all all all trust\n",
                    "'\nfsync = 'off",
                    "' fsync='off",
                    ":*:*:");

    private HostileText() {}

    /// Never empty.
    public static String any(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /// What a file of one record a line can hold.
    public static String oneLine(RandomGenerator random) {
        String text = any(random).replaceAll("[\r\n]", "");
        return text.isEmpty() ? "\\" : text;
    }
}
