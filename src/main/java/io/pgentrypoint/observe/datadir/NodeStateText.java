package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.observe.datadir.NodeState.Role;
import io.pgentrypoint.observe.datadir.NodeState.Superseded;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The record of a node as lines of `key=value`, so that a person can read it too. The last line is
/// `end`: a text that was cut off at a line break must not pass for a shorter one.
final class NodeStateText {

    private static final String ROLE = "role";
    private static final String NAME = "name";
    private static final String SLOT = "slot";
    private static final String PROMOTING_FROM = "promoting-from";
    private static final String PROMOTED_FROM = "promoted-from";
    private static final String PROMOTED_TO = "promoted-to";
    private static final String POSITION = "promoted-at-position";
    private static final String AT = "promoted-at";
    private static final String PEER = "peer";
    private static final String CITUS = "citus";
    private static final String SUPERSEDED_TIMELINE = "superseded-by-timeline";
    private static final String SUPERSEDED_NODE = "superseded-by-node";
    private static final String SUPERSEDED_SYSTEM = "superseded-system-identifier";
    private static final String HANDED_TO = "handed-to";
    private static final String END = "end\n";

    private NodeStateText() {}

    static String write(NodeState node) {
        StringBuilder text = new StringBuilder();
        line(text, ROLE, word(node.role()));
        node.name().ifPresent(name -> line(text, NAME, name));
        node.slot().ifPresent(slot -> line(text, SLOT, slot));
        node.promotingFrom().ifPresent(timeline -> line(text, PROMOTING_FROM, timeline));
        node.promotion()
                .ifPresent(promotion -> {
                    line(text, PROMOTED_FROM, promotion.from());
                    line(text, PROMOTED_TO, promotion.to());
                    line(text, POSITION, promotion.position());
                    line(text, AT, promotion.at());
                });
        node.peer().ifPresent(peer -> line(text, PEER, peer));
        node.citus().ifPresent(database -> line(text, CITUS, database));
        node.superseded()
                .ifPresent(seen -> {
                    line(text, SUPERSEDED_TIMELINE, seen.timeline());
                    line(text, SUPERSEDED_NODE, seen.node());
                    line(text, SUPERSEDED_SYSTEM, seen.systemIdentifier());
                });
        node.handedTo().ifPresent(successor -> line(text, HANDED_TO, successor));
        return text.append(END).toString();
    }

    private static void line(StringBuilder text, String key, Object value) {
        String encoded = URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
        // Only what could end a line has to be encoded, and these are easier to read as they are.
        text.append(key)
                .append('=')
                .append(encoded.replace("%2F", "/").replace("%3A", ":"))
                .append('\n');
    }

    /// Lines that a later version may have added are left out.
    static NodeState parse(String text) {
        List<String> lines = text.lines().toList();
        if (!text.endsWith("\n" + END)) {
            throw new IllegalArgumentException("it is cut off");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("it has a line without a value: " + line);
            }
            values.put(
                    line.substring(0, equals),
                    URLDecoder.decode(line.substring(equals + 1), StandardCharsets.UTF_8));
        }
        Optional<Integer> from = number(values, PROMOTED_FROM);
        Optional<Integer> to = number(values, PROMOTED_TO);
        return new NodeState(
                role(values.getOrDefault(ROLE, "")),
                Optional.ofNullable(values.get(NAME)),
                Optional.ofNullable(values.get(SLOT)),
                number(values, PROMOTING_FROM),
                from.flatMap(old ->
                        to.map(fresh ->
                                new Promotion(
                                        old,
                                        fresh,
                                        values.getOrDefault(POSITION, "0/0"),
                                        values.getOrDefault(AT, "")))),
                Optional.ofNullable(values.get(PEER)),
                Optional.ofNullable(values.get(CITUS)),
                number(values, SUPERSEDED_TIMELINE)
                        .map(timeline ->
                                new Superseded(
                                        timeline,
                                        values.getOrDefault(SUPERSEDED_NODE, "another node"),
                                        values.getOrDefault(SUPERSEDED_SYSTEM, ""))),
                Optional.ofNullable(values.get(HANDED_TO)));
    }

    private static Optional<Integer> number(Map<String, String> values, String key) {
        String text = values.get(key);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its %s is no number: %s".formatted(key, text), e);
        }
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static Role role(String word) {
        for (Role role : Role.values()) {
            if (word(role).equals(word)) {
                return role;
            }
        }
        throw new IllegalArgumentException("it has the unknown role '%s'".formatted(word));
    }
}
