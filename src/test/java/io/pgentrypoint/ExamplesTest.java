package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The files of docker/examples that readers copy agree with what the image does. `MetricsTest`
/// compares the table of metrics in docs/reference/probes.md with the code.
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("docker/examples");
    private static final Path PROBES = Path.of("docs/reference/probes.md");

    private static String text(String name) throws IOException {
        return Files.readString(EXAMPLES.resolve(name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String name) throws IOException {
        Yaml reader = new Yaml(new SafeConstructor(new LoaderOptions()));
        return (Map<String, Object>) reader.load(text(name));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(ExamplesTest::firstGroup)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String firstGroup(MatchResult match) {
        return match.group(1);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> map, String key) {
        return (List<Map<String, Object>>) map.getOrDefault(key, List.of());
    }

    private static List<Map<String, Object>> rules() throws IOException {
        List<Map<String, Object>> rules = new ArrayList<>();
        list(yaml("alerts.yaml"), "groups").forEach(group -> rules.addAll(list(group, "rules")));
        return rules;
    }

    @Test
    void every_metric_label_and_phase_of_the_alert_rules_exists() throws IOException {
        String page = Files.readString(PROBES);
        Set<String> metrics = found("(?m)^\\| `((?:pg|process)_[a-z_]+)(?:\\{[^}]*})?` \\|", page);
        Set<String> labels = found("[{,]([a-z_]+)[^`|{}]*}?` \\|", page);
        labels.addAll(found("(?m)^\\| `pg_[a-z_]+\\{([a-z_]+)", page));
        labels.addAll(found("(?m)^\\| `pg_[a-z_]+\\{.*,([a-z_]+)}` \\|", page));
        labels.addAll(List.of("job", "cluster", "instance"));
        assertThat(rules()).hasSizeGreaterThan(15);
        for (Map<String, Object> rule : rules()) {
            String query = String.valueOf(rule.get("expr"));
            assertThat(found("((?:pg_entrypoint|process)_[a-z_]+)", query))
                    .as(query)
                    .isSubsetOf(metrics);
            assertThat(found("[{,]([a-z_]+)=~?\"", query)).as(query).isSubsetOf(labels);
            assertThat(
                            found("phase=~?\"([a-z|]+)\"", query).stream()
                                    .flatMap(phases -> Stream.of(phases.split("\\|"))))
                    .isSubsetOf(Stream.of(Phase.values()).map(Phase::word).toList());
            assertThat(rule.get("labels").toString())
                    .containsPattern("severity=(critical|warning)");
            assertThat(rule.get("annotations").toString()).contains("summary=");
        }
    }

    @Test
    void the_page_on_monitoring_names_every_alert_and_no_other() throws IOException {
        assertThat(found("(?m)^\\| `(Postgres\\w+)` \\|", monitoring()))
                .containsExactlyInAnyOrderElementsOf(
                        rules().stream().map(rule -> String.valueOf(rule.get("alert"))).toList());
    }

    private static String monitoring() throws IOException {
        return Files.readString(Path.of("docs/how-to/monitor.md"));
    }

    @Test
    void prometheus_scrapes_what_the_alert_rules_expect() throws IOException {
        Map<String, Object> configuration = yaml("prometheus.yaml");
        assertThat(configuration.get("rule_files")).isEqualTo(List.of("alerts.yaml"));
        Map<String, Object> scraped = list(configuration, "scrape_configs").getFirst();
        assertThat(scraped)
                .containsEntry("job_name", "pg-entrypoint")
                .containsEntry("metrics_path", "/metrics");
        assertThat(list(scraped, "static_configs"))
                .allSatisfy(
                        entry -> assertThat(entry.get("labels").toString()).contains("cluster="));
    }

    @Test
    void the_proxy_asks_probes_that_exist_of_the_nodes_of_the_cluster_example() throws IOException {
        String proxy = text("haproxy.cfg");
        Set<String> paths = found("(?m)^\\| `(/[a-z]+)` \\|", Files.readString(PROBES));
        assertThat(found("httpchk GET (/\\w+)", proxy))
                .containsExactlyInAnyOrder("/primary", "/replica")
                .isSubsetOf(paths);
        String cluster = Files.readString(Path.of("docker/compose.yaml"));
        assertThat(found("(?m)^ +server (\\w+) ", proxy))
                .isEqualTo(
                        new TreeSet<>(
                                List.of(
                                        found("CLUSTER_HOSTS=(\\S+)", cluster)
                                                .iterator()
                                                .next()
                                                .split(","))));
    }

    @Test
    void systemd_does_not_repeat_a_start_that_a_person_must_look_at() throws IOException {
        Set<String> useless =
                Stream.of(ExitCode.values())
                        .filter(code -> code.retry() == ExitCode.Retry.USELESS)
                        .map(code -> String.valueOf(code.code()))
                        .collect(Collectors.toSet());
        for (String unit : List.of("pg-entrypoint.container", "pg-entrypoint.service")) {
            String codes =
                    found("(?m)^RestartPreventExitStatus=(.*)$", text(unit)).iterator().next();
            assertThat(codes.split(" ")).as(unit).isSubsetOf(useless).contains("76", "78");
        }
    }

    @Test
    void every_variable_of_the_units_is_one_of_the_image() throws IOException {
        Set<String> known =
                found(
                        "(?m)^\\| `([A-Z_]+)` \\|",
                        Files.readString(Path.of("docs/reference/environment.md")));
        for (String unit : List.of("pg-entrypoint.container", "pg-entrypoint.service")) {
            assertThat(found("(?m)^Environment=([A-Z_]+?)(?:_FILE)?=", text(unit)))
                    .as(unit)
                    .isNotEmpty()
                    .allMatch(name -> name.equals("PATH") || known.contains(name));
        }
    }
}
