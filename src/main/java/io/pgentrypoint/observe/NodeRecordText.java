package io.pgentrypoint.observe;

import io.pgentrypoint.observe.NodeRecord.Promotion;
import io.pgentrypoint.observe.NodeRecord.Role;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The record of a node as [StateText], and where it is found.
final class NodeRecordText {

    private static final String ROLE = "role";
    private static final String NAME = "name";
    private static final String SLOT = "slot";
    private static final String PROMOTING_FROM = "promoting-from";
    private static final String PROMOTED_FROM = "promoted-from";
    private static final String PROMOTED_TO = "promoted-to";
    private static final String POSITION = "promoted-at-position";
    private static final String AT = "promoted-at";

    private NodeRecordText() {}

    static Optional<NodeRecord> read(Layout layout) {
        try {
            return FileBytes.utf8(layout.nodeRecord()).map(NodeRecordText::parse);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot use "
                            + layout.nodeRecord()
                            + ", our record of this node: "
                            + e.getMessage(),
                    "remove that file: what this volume was run as, and the name of a replica, are"
                            + " then taken from the environment");
        }
    }

    static String write(NodeRecord node) {
        List<StateText.Line> lines = new ArrayList<>();
        lines.add(new StateText.Line(ROLE, word(node.role())));
        node.name().ifPresent(name -> lines.add(new StateText.Line(NAME, name)));
        node.slot().ifPresent(slot -> lines.add(new StateText.Line(SLOT, slot)));
        node.promotingFrom().ifPresent(timeline -> lines.add(number(PROMOTING_FROM, timeline)));
        node.promotion()
                .ifPresent(promotion -> {
                    lines.add(number(PROMOTED_FROM, promotion.from()));
                    lines.add(number(PROMOTED_TO, promotion.to()));
                    lines.add(new StateText.Line(POSITION, promotion.position()));
                    lines.add(new StateText.Line(AT, promotion.at()));
                });
        return StateText.write(lines);
    }

    /// Lines that a later version may have added are left out.
    static NodeRecord parse(String text) {
        Map<String, String> values = new HashMap<>();
        StateText.parse(text).forEach(line -> values.put(line.key(), line.value()));
        Optional<Integer> from = number(values, PROMOTED_FROM);
        Optional<Integer> to = number(values, PROMOTED_TO);
        return new NodeRecord(
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
                                        values.getOrDefault(AT, "")))));
    }

    private static StateText.Line number(String key, int value) {
        return new StateText.Line(key, String.valueOf(value));
    }

    private static Optional<Integer> number(Map<String, String> values, String key) {
        String text = values.get(key);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its " + key + " is no number: " + text, e);
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
        throw new IllegalArgumentException("it has the unknown role '" + word + "'");
    }
}
