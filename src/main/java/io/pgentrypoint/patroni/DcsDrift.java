package io.pgentrypoint.patroni;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What the environment asks for under `bootstrap.dcs` and the DCS holds otherwise. Patroni reads
/// that section once, when the cluster is new. From then on the DCS wins, and Patroni does not say
/// so.
public final class DcsDrift {

    private static final String NOTHING = "nothing";
    // Written out, 1e999999999 has a gigabyte of zeros.
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9]{1,30}(\\.[0-9]{0,30})?([eE][+-]?[0-9]{1,2})?");

    private DcsDrift() {}

    /// One sentence for each value, in the order of the document.
    public static List<String> between(Map<String, Object> asked, Map<String, Object> held) {
        List<String> found = new ArrayList<>();
        compare("", asked, held, found);
        return List.copyOf(found);
    }

    private static void compare(
            String path, Map<String, Object> asked, Map<String, Object> held, List<String> found) {
        asked.forEach((name, value) -> {
            Object other = held.get(name);
            if (value instanceof Map<?, ?> inner) {
                compare(
                        path + name + ".",
                        YamlTree.strings(inner),
                        other instanceof Map<?, ?> map ? YamlTree.strings(map) : Map.of(),
                        found);
            } else if (!word(value).equals(other == null ? NOTHING : word(other))) {
                found.add(
                        "%s%s: asked for %s, in force is %s"
                                .formatted(
                                        path,
                                        name,
                                        word(value),
                                        other == null ? "Patroni's default" : word(other)));
            }
        });
    }

    /// `100`, `100.0` and `"100"` are one value, and so are `on`, `true` and `yes`.
    private static String word(Object value) {
        String text = String.valueOf(value).strip();
        if (NUMBER.matcher(text).matches()) {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes" -> "on";
            case "off", "false", "no" -> "off";
            default -> text;
        };
    }
}
