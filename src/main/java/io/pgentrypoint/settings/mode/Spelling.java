package io.pgentrypoint.settings.mode;

import java.util.Locale;

/// How a constant is written in the environment.
public final class Spelling {

    private Spelling() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
