package io.pgentrypoint.config;

import io.pgentrypoint.settings.Initdb;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Arguments of initdb as Patroni takes them: long names, one mapping or word each.
final class InitdbOptions {

    private static final Map<String, String> LONG =
            Map.of(
                    "-A", "auth",
                    "-E", "encoding",
                    "-T", "text-search-config",
                    "-g", "allow-group-access",
                    "-k", "data-checksums",
                    "-N", "no-sync");
    private static final List<String> WITH_VALUE =
            List.of(
                    "auth",
                    "auth-host",
                    "auth-local",
                    "encoding",
                    "locale",
                    "text-search-config",
                    "wal-segsize",
                    "locale-provider",
                    "icu-locale",
                    "icu-rules",
                    "builtin-locale",
                    "lc-collate",
                    "lc-ctype",
                    "lc-messages",
                    "lc-monetary",
                    "lc-numeric",
                    "lc-time",
                    "set",
                    "sync-method");

    private InitdbOptions() {}

    static List<Object> of(Initdb initdb) {
        List<Object> options = new ArrayList<>();
        Iterator<String> words = initdb.arguments().iterator();
        while (words.hasNext()) {
            options.add(option(words.next(), words));
        }
        // Without checksums a former leader can be rewound by wal_log_hints alone, and damage of a
        // disk travels unseen from member to member.
        if (options.stream().noneMatch(one -> String.valueOf(one).endsWith("data-checksums"))) {
            options.add("data-checksums");
        }
        initdb.walDirectory().ifPresent(wal -> options.add(Map.of("waldir", wal.toString())));
        return options;
    }

    private static Object option(String word, Iterator<String> rest) {
        int equals = word.indexOf('=');
        if (word.startsWith("--") && equals > 0) {
            return Map.of(word.substring(2, equals), word.substring(equals + 1));
        }
        String attached = word.length() > 2 && !word.startsWith("--") ? word.substring(2) : "";
        String name =
                word.startsWith("--")
                        ? word.substring(2)
                        : Optional.ofNullable(
                                        LONG.get(word.substring(0, Math.min(2, word.length()))))
                                .orElseThrow(() -> Refusals.shortOption(word));
        if (!WITH_VALUE.contains(name)) {
            return name;
        }
        if (!attached.isEmpty()) {
            return Map.of(name, attached);
        }
        if (!rest.hasNext()) {
            throw Refusals.shortOption(word);
        }
        return Map.of(name, rest.next());
    }
}
