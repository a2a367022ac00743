package io.pgentrypoint.config;

import java.util.regex.Pattern;

/// One server setting and why it is there.
///
/// @param origin the reason, as it stands in the comment behind the value
public record Setting(String name, String value, String origin) {

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");
    private static final Pattern ONE_LINE = Pattern.compile("[ -~]*");

    public Setting {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "cannot set %s: not a setting's name".formatted(name));
        }
        if (!ONE_LINE.matcher(origin).matches()) {
            throw new IllegalArgumentException("cannot write a comment of several lines");
        }
    }
}
