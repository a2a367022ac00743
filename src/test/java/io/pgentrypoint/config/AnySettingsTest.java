package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.RandomEnvironments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the settings accept can be written, and nothing that is written has more in it than meant.
class AnySettingsTest {

    private static final String HEADER = SettingsFile.text(List.of());

    @Test
    void every_accepted_environment_can_be_written() {
        for (int i = 0; i < Limits.ENVIRONMENTS; i++) {
            long seed = HostileText.FIRST_SEED + i;
            try {
                assertWritten(Environments.parse(RandomEnvironments.of(seed)));
            } catch (InvalidSettings | Refusal e) {
                // explained to the user; AnyEnvironmentTest looks at that
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void assertWritten(Settings settings) {
        Layout layout = new Layout(settings.dataDirectory());
        List<Setting> found =
                ServerConfiguration.of(
                        settings,
                        layout,
                        new MinimumSettings(Map.of("max_connections", 200), "replica"),
                        17);
        assertThat(found).extracting(Setting::name).isSorted().doesNotHaveDuplicates();
        String text = SettingsFile.text(found);
        assertThat(text).doesNotContain(RandomEnvironments.MARK);
        assertThat(lines(text)).hasSize(lines(HEADER).size() + found.size());
        assertRules(settings);
        if (settings.mode() instanceof Mode.NativeReplica replica) {
            Path passFile = layout.passFile();
            assertThat(UpstreamConninfo.clone(replica, passFile, 17))
                    .doesNotContain(RandomEnvironments.MARK);
            // For the stream, and for the session that a rewind needs.
            assertThat(lines(PassFile.text(replica.upstream()).reveal())).hasSize(2);
        }
    }

    private static void assertRules(Settings settings) {
        int replication =
                switch (settings.mode()) {
                    case Mode.Standalone standalone -> 0;
                    case Mode.NativePrimary primary -> primary.networks().size();
                    case Mode.NativeReplica replica -> replica.networks().size();
                    case Mode.NativeAuto auto -> auto.networks().size();
                    case Mode.Patroni patroni -> patroni.networks().size();
                };
        List<String> rules =
                lines(HbaBlock.text(settings).orElse("") + HostRule.text(settings, 17)).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList();
        assertThat(rules).hasSize(replication + 1).noneMatch(rule -> rule.endsWith("\\"));
        assertThat(rules.subList(0, replication))
                .allMatch(rule -> rule.startsWith("host replication \""));
        assertThat(rules.getLast()).startsWith("host all all all ");
    }

    /// As PostgreSQL counts lines: a carriage return is no better than a line feed.
    private static List<String> lines(String text) {
        assertThat(text).endsWith("\n");
        return Stream.of(text.substring(0, text.length() - 1).split("[\r\n]", -1)).toList();
    }
}
