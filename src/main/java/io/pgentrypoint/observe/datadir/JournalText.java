package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.observe.datadir.Relocation.Kind;
import io.pgentrypoint.observe.datadir.Relocation.Proof;
import io.pgentrypoint.observe.datadir.Relocation.Purpose;
import io.pgentrypoint.observe.datadir.Relocation.Upgrade;
import io.pgentrypoint.settings.Layout;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The journal as lines of `key=value`, so that a person can read it too. The last line is `end`: a
/// text that was cut off at a line break must not pass for a shorter list of entries.
final class JournalText {

    private static final String END = "end";
    private static final String LINK = "link";
    private static final String BESIDE = "-beside";
    private static final Set<String> KEYS =
            Set.of(
                    "on-restart",
                    "purpose",
                    "phase",
                    "place",
                    "wal",
                    "wal-beside",
                    "tablespace",
                    "tablespace-beside",
                    "empty",
                    "entry",
                    "system-identifier",
                    "mark",
                    "upgrade-from",
                    "upgrade-to",
                    "upgrade-by",
                    "aside");

    private final Map<String, List<String>> values = new HashMap<>();

    private JournalText() {}

    static String write(Journal journal) {
        Relocation relocation = journal.relocation();
        StringBuilder text = new StringBuilder();
        line(text, "on-restart", word(journal.onRestart()));
        line(text, "purpose", word(relocation.purpose()));
        line(text, "place", relocation.place());
        for (External each : relocation.external()) {
            line(text, word(each.kind()), each.place().toString());
            line(text, word(each.kind()) + BESIDE, each.beside().toString());
            if (!each.filled()) {
                line(text, "empty", each.place().toString());
            }
        }
        relocation.entries().forEach(entry -> line(text, "entry", entry));
        relocation
                .proof()
                .ifPresent(proof -> {
                    line(text, "system-identifier", proof.systemIdentifier());
                    line(text, "mark", proof.mark());
                });
        relocation
                .upgrade()
                .ifPresent(upgrade -> {
                    line(text, "upgrade-from", String.valueOf(upgrade.from()));
                    line(text, "upgrade-to", String.valueOf(upgrade.to()));
                    line(text, "upgrade-by", upgrade.linked() ? LINK : "copy");
                    line(text, "aside", upgrade.aside());
                });
        return text.append(END).append('\n').toString();
    }

    static Journal parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.getLast().equals(END) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("it is cut off");
        }
        JournalText read = new JournalText();
        for (String line : lines.subList(0, lines.size() - 1)) {
            String key = line.substring(0, Math.max(0, line.indexOf('=')));
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("it has the unknown line " + line);
            }
            read.all(key).add(decoded(line.substring(key.length() + 1)));
        }
        return read.values.containsKey("phase")
                ? read.old(read.one("phase"))
                : read.journal(
                        constant("on-restart", OnRestart.values(), read.one("on-restart")),
                        constant("purpose", Purpose.values(), read.one("purpose")),
                        read.one("place"),
                        read.all("entry"));
    }

    private List<String> all(String key) {
        return values.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    private String one(String key) {
        if (all(key).size() != 1) {
            throw new IllegalArgumentException("it needs one line of " + key);
        }
        return all(key).getFirst();
    }

    private Journal journal(
            OnRestart onRestart, Purpose purpose, String place, List<String> entries) {
        List<External> external = new ArrayList<>(external(Kind.WAL));
        external.addAll(external(Kind.TABLESPACE));
        boolean proven = values.containsKey("system-identifier") || values.containsKey("mark");
        return new Journal(
                onRestart,
                new Relocation(
                        purpose,
                        place,
                        external,
                        entries,
                        proven
                                ? Optional.of(new Proof(one("system-identifier"), one("mark")))
                                : Optional.empty(),
                        values.containsKey("aside") ? Optional.of(upgrade()) : Optional.empty()));
    }

    private Upgrade upgrade() {
        return new Upgrade(
                number("upgrade-from"),
                number("upgrade-to"),
                one("aside"),
                one("upgrade-by").equals(LINK));
    }

    private int number(String key) {
        try {
            return Integer.parseInt(one(key));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its %s is no number".formatted(key), e);
        }
    }

    /// As the first versions wrote it: by how far a first boot or a rewind had come. Their entries
    /// of what moves out, and of what was rewound, are left out: nothing asks for them.
    private Journal old(String phase) {
        List<String> none = List.of();
        return switch (phase) {
            case "building" -> journal(OnRestart.DISCARD, Purpose.FIRST_BOOT, Layout.STAGING, none);
            case "publishing" ->
                    journal(
                            OnRestart.ROLL_FORWARD,
                            Purpose.FIRST_BOOT,
                            Layout.STAGING,
                            all("entry"));
            case "running_scripts" -> inPlace(none);
            case "discarding" -> inPlace(List.of("global"));
            case "withdrawing" ->
                    journal(
                            OnRestart.ROLL_BACK,
                            one("place").equals(Layout.STAGING) ? Purpose.REWIND : Purpose.RECLONE,
                            one("place"),
                            none);
            case "rewinding" -> journal(OnRestart.REFUSE, Purpose.REWIND, Layout.STAGING, none);
            case "rewound" -> journal(OnRestart.ROLL_FORWARD, Purpose.REWIND, Layout.STAGING, none);
            default -> throw new IllegalArgumentException("it has the unknown phase " + phase);
        };
    }

    /// Without a proof the staging directory alone would be discarded.
    private Journal inPlace(List<String> perhapsGone) {
        Journal read = journal(OnRestart.DISCARD, Purpose.FIRST_BOOT, Layout.STAGING, perhapsGone);
        if (read.relocation().proof().isEmpty()) {
            throw new IllegalArgumentException("it does not say which cluster it is about");
        }
        return read;
    }

    private List<External> external(Kind kind) {
        List<String> places = all(word(kind));
        List<String> besides = all(word(kind) + BESIDE);
        if (places.size() != besides.size() || (kind == Kind.WAL && places.size() > 1)) {
            throw new IllegalArgumentException("it does not say where each part is built");
        }
        List<External> external = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            external.add(
                    new External(
                            kind,
                            Path.of(places.get(i)),
                            Path.of(besides.get(i)),
                            !all("empty").contains(places.get(i))));
        }
        return external;
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(encoded(value)).append('\n');
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(String key, E[] constants, String word) {
        for (E constant : constants) {
            if (word(constant).equals(word)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("it has no known %s: '%s'".formatted(key, word));
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
