package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.OldCluster;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.datadir.OldServer.Installed;
import io.pgentrypoint.plan.step.SpaceRequirement;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What there is to upgrade, in words, and what is missing for it.
record UpgradeInventory(
        Settings settings, Observed observed, int found, OldCluster old, OldServer answer) {

    private static final int SLOTS_COME_ALONG = 17;

    /// Extensions of which this image has no files: pg_upgrade would not load their libraries.
    List<Installed> missing() {
        return answer.extensions().stream()
                .filter(each -> !old.offered().containsKey(each.name()))
                .toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        OldServer.Locale locale = answer.locale();
        lines.add(
                "found: superuser %s, encoding %s, collation %s, character type %s%s, checksums %s, WAL segments of %s"
                        .formatted(
                                answer.superuser(),
                                locale.encoding(),
                                locale.collate(),
                                locale.ctype(),
                                locale.name().map(name -> ", locale " + name).orElse(""),
                                answer.checksums() ? "on" : "off",
                                Measures.bytes(old.control().walSegment())));
        new VolumeSteps(settings, observed)
                .packages().stream()
                        .map(SpaceRequirement::sentence)
                        .map("space: %s"::formatted)
                        .forEach(lines::add);
        Map<String, List<String>> extensions = new TreeMap<>();
        for (Installed each : answer.extensions()) {
            String ours = old.offered().getOrDefault(each.name(), each.version());
            extensions
                    .computeIfAbsent(each.database(), _ -> new ArrayList<>())
                    .add(
                            ours.equals(each.version())
                                    ? "%s %s".formatted(each.name(), ours)
                                    : "%s %s → %s".formatted(each.name(), each.version(), ours));
        }
        extensions.forEach((database, names) ->
                lines.add("extensions of %s: %s".formatted(database, String.join(", ", names))));
        return lines;
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!answer.slots().isEmpty() && found < SLOTS_COME_ALONG) {
            warnings.add(
                    """
                    PostgreSQL %s cannot take logical replication slots along: %s will be gone\
                    """
                            .formatted(found, answer.slots()));
        }
        switch (settings.mode()) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary _, Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ ->
                    warnings.add(
                            """
                            replicas of PostgreSQL %s cannot follow the upgraded cluster: stop them, \
                            and start them on empty volumes with the image of PostgreSQL %s\
                            """
                                    .formatted(found, observed.installation().major()));
        }
        return warnings;
    }
}
