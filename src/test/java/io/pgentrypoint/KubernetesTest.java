package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.ValueFiles;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The manifests of deploy agree with what the image reads and answers, and with each other.
class KubernetesTest {

    private static final Path KUSTOMIZE = Path.of("deploy/kubernetes");
    private static final Path CHART = Path.of("deploy/helm/pg-entrypoint");
    private static final List<String> NODE =
            List.of("services.yaml", "statefulset.yaml", "poddisruptionbudget.yaml");
    private static final Path RULES = KUSTOMIZE.resolve("monitoring/prometheusrule.yaml");
    private static final Pattern EXPRESSION =
            Pattern.compile("\\{\\{ (toJson )?\\.(Values|Release)\\.(\\w+) }}");

    // ---- reading

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> documents(String text) {
        Yaml reader = new Yaml(new SafeConstructor(new LoaderOptions()));
        return StreamSupport.stream(reader.loadAll(text).spliterator(), false)
                .map(document -> (Map<String, Object>) document)
                .toList();
    }

    private static List<Map<String, Object>> documents(Path file) throws IOException {
        return documents(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object of, String... path) {
        Object found = of;
        for (String key : path) {
            found = ((Map<String, Object>) found).get(key);
            assertThat(found).as(key).isNotNull();
        }
        return (Map<String, Object>) found;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> map, String key) {
        return (List<Map<String, Object>>) map.getOrDefault(key, List.of());
    }

    private static Map<String, Object> set() throws IOException {
        return documents(KUSTOMIZE.resolve("statefulset.yaml")).getFirst();
    }

    private static Map<String, Object> pod() throws IOException {
        return map(set(), "spec", "template", "spec");
    }

    private static Map<String, Object> container() throws IOException {
        return list(pod(), "containers").getFirst();
    }

    private static Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (Map<String, Object> variable : list(container(), "env")) {
            // Kubernetes refuses a number or a boolean here.
            assertThat(variable.get("value")).as("%s", variable).isInstanceOf(String.class);
            environment.put(
                    String.valueOf(variable.get("name")), String.valueOf(variable.get("value")));
        }
        return environment;
    }

    private static List<Map<String, Object>> pods() throws IOException {
        List<Map<String, Object>> proxy = documents(KUSTOMIZE.resolve("proxy/proxy.yaml"));
        return List.of(pod(), map(proxy.getFirst(), "spec", "template", "spec"));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(KubernetesTest::firstGroup)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String firstGroup(MatchResult match) {
        return match.group(1);
    }

    /// As the kubelet lays out the volume of a Secret, so that it can change all keys at once.
    private static void secret(Path directory, String... keys) throws IOException {
        Path values = Files.createDirectory(directory.resolve("..2026_12_01"));
        Files.createSymbolicLink(directory.resolve("..data"), values.getFileName());
        for (String key : keys) {
            Path file = Files.writeString(values.resolve(key), "secret of " + key);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
            Files.createSymbolicLink(directory.resolve(key), Path.of("..data", key));
        }
    }

    // ---- the nodes

    @Test
    void the_environment_of_the_pods_is_that_of_a_cluster_of_as_many_nodes(@TempDir Path directory)
            throws IOException {
        secret(directory, "postgres-password", "replication-password");
        Map<String, String> environment = environment();
        String mount =
                list(container(), "volumeMounts").stream()
                        .filter(each -> each.get("name").equals("passwords"))
                        .map(each -> String.valueOf(each.get("mountPath")))
                        .findFirst()
                        .orElseThrow();
        environment.replaceAll((_, value) -> value.replace(mount + "/", directory + "/"));
        Settings settings = Settings.from(environment, List.of(), "db-1", new ValueFiles());
        assertThat(settings.warnings()).extracting(Problem::toString).isEmpty();
        Mode.NativeAuto auto = (Mode.NativeAuto) settings.mode();
        assertThat(auto.nodes().servers())
                .extracting(server -> server.address().host())
                .containsExactly("db-0.db", "db-1.db", "db-2.db")
                .hasSize((Integer) map(set(), "spec").get("replicas"));
        assertThat(settings.superuser().password().orElseThrow().reveal())
                .isEqualTo("secret of postgres-password");
        assertThat(settings.stopGrace())
                .isEqualTo(
                        Duration.ofSeconds((Integer) pod().get("terminationGracePeriodSeconds")));
        assertThat(settings.dataDirectory().getParent())
                .as("one level below the mount, which may have a lost+found")
                .isEqualTo(Path.of("/var/lib/postgresql/data"));
    }

    @Test
    void the_pods_need_no_right_and_write_nowhere_but_in_their_volumes() throws IOException {
        for (Map<String, Object> pod : pods()) {
            assertThat(map(pod, "securityContext"))
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
            assertThat(pod)
                    .containsEntry("automountServiceAccountToken", false)
                    .containsEntry("enableServiceLinks", false);
            assertThat(map(list(pod, "containers").getFirst(), "securityContext"))
                    .containsEntry("allowPrivilegeEscalation", false)
                    .containsEntry("readOnlyRootFilesystem", true)
                    .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        }
        assertThat(map(pod(), "securityContext"))
                .containsEntry("runAsUser", 999)
                .containsEntry("fsGroup", 999);
        assertThat(list(container(), "volumeMounts"))
                .extracting(mount -> mount.get("mountPath"))
                .contains("/tmp", "/var/run/postgresql", "/dev/shm");
        List<Object> volumes =
                new ArrayList<>(list(pod(), "volumes").stream().map(v -> v.get("name")).toList());
        volumes.add("data");
        assertThat(list(container(), "volumeMounts"))
                .extracting(mount -> mount.get("name"))
                .containsExactlyInAnyOrderElementsOf(volumes);
    }

    @Test
    void the_probes_ask_paths_that_exist_on_the_probe_port() throws IOException {
        Set<String> paths =
                found(
                        "(?m)^\\| `(/[a-z]+)` \\|",
                        Files.readString(Path.of("docs/reference/probes.md")));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            Map<String, Object> request = map(container(), probe, "httpGet");
            assertThat(found("^([^?]+)", String.valueOf(request.get("path"))))
                    .hasSize(1)
                    .isSubsetOf(paths);
            assertThat(request.get("port")).isEqualTo("probes");
        }
        assertThat(list(container(), "ports"))
                .contains(
                        Map.of(
                                "name",
                                "probes",
                                "containerPort",
                                Integer.valueOf(environment().get("PROBE_PORT"))));
        Map<String, Object> startup = map(container(), "startupProbe");
        assertThat(
                        (Integer) startup.get("periodSeconds")
                                * (Integer) startup.get("failureThreshold"))
                .as("longer than PRIMARY_WAIT")
                .isGreaterThan(300);
        assertThat(
                        found(
                                "httpchk GET (/\\w+)",
                                Files.readString(KUSTOMIZE.resolve("proxy/haproxy.cfg"))))
                .isSubsetOf(paths);
    }

    @Test
    void nodes_that_wait_have_names_and_start_beside_each_other() throws IOException {
        List<Map<String, Object>> services = documents(KUSTOMIZE.resolve("services.yaml"));
        assertThat(map(services.getFirst(), "spec"))
                .containsEntry("clusterIP", "None")
                .containsEntry("publishNotReadyAddresses", true);
        assertThat(map(set(), "spec"))
                .containsEntry("podManagementPolicy", "Parallel")
                .containsEntry("serviceName", environment().get("CLUSTER_HOSTS"));
        Object labels = map(set(), "spec", "template", "metadata").get("labels");
        for (Map<String, Object> service : services) {
            assertThat(map(service, "spec").get("selector")).isEqualTo(labels);
        }
        assertThat(map(set(), "spec", "selector").get("matchLabels")).isEqualTo(labels);
    }

    @Test
    void each_kustomization_names_the_files_beside_it() throws IOException {
        for (String folder : List.of(".", "proxy", "monitoring")) {
            Path directory = KUSTOMIZE.resolve(folder).normalize();
            String text = Files.readString(directory.resolve("kustomization.yaml"));
            try (var files = Files.list(directory)) {
                assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
                        .filteredOn(name -> !name.equals("kustomization.yaml"))
                        .allMatch(text::contains);
            }
        }
    }

    // ---- the chart

    /// The chart has no other expressions, so that this is what helm does with them.
    private static String rendered(String template) throws IOException {
        Map<String, Object> values = documents(CHART.resolve("values.yaml")).getFirst();
        Map<String, Object> release = Map.of("Name", "db");
        return EXPRESSION
                .matcher(template)
                .replaceAll(match -> {
                    Object value =
                            (match.group(2).equals("Values") ? values : release)
                                    .get(match.group(3));
                    assertThat(value).as(match.group()).isNotNull();
                    return match.group(1) == null
                            ? String.valueOf(value)
                            : new Gson().toJson(value);
                });
    }

    @Test
    void the_chart_with_its_own_values_makes_the_same_objects() throws IOException {
        Map<String, Object> values = documents(CHART.resolve("values.yaml")).getFirst();
        for (String file : NODE) {
            String text = rendered(Files.readString(CHART.resolve("templates").resolve(file)));
            assertThat(text).doesNotContain("{{");
            String plain =
                    Files.readString(KUSTOMIZE.resolve(file))
                            .replace(
                                    "image: pg-entrypoint\n",
                                    "image: " + values.get("image") + "\n")
                            .replace(
                                    "          securityContext:\n            allow",
                                    "          envFrom: []\n          securityContext:\n            allow");
            assertThat(documents(text)).as(file).isEqualTo(documents(plain));
        }
        assertThat(documents(CHART.resolve("Chart.yaml")).getFirst())
                .containsEntry("apiVersion", "v2")
                .containsEntry("name", CHART.getFileName().toString());
    }

    // ---- monitoring

    @Test
    void the_prometheus_rule_has_the_alert_rules_of_the_examples() throws IOException {
        String head =
                """
                # The rules of docker/examples/alerts.yaml; -Dgolden.update=true of KubernetesTest writes them.
                # docs/how-to/monitor.md says what to do for each.
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata:
                  name: pg-entrypoint
                spec:
                """;
        String expected =
                Files.readAllLines(Path.of("docker/examples/alerts.yaml")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.isEmpty() ? line : "  " + line)
                        .collect(Collectors.joining("\n", head, "\n"));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(RULES, expected);
        }
        assertThat(RULES).content().isEqualTo(expected);
        assertThat(documents(expected)).hasSize(1);
    }

    @Test
    void the_monitor_gives_each_target_the_labels_that_the_rules_need() throws IOException {
        Map<String, Object> monitor =
                documents(KUSTOMIZE.resolve("monitoring/podmonitor.yaml")).getFirst();
        Map<String, Object> labels = map(set(), "spec", "template", "metadata", "labels");
        Map<String, Object> spec = map(monitor, "spec");
        assertThat(labels.get(String.valueOf(spec.get("jobLabel")))).isEqualTo("pg-entrypoint");
        assertThat(labels).containsAllEntriesOf(map(spec, "selector", "matchLabels"));
        Map<String, Object> endpoint = list(spec, "podMetricsEndpoints").getFirst();
        assertThat(endpoint).containsEntry("port", "probes").containsEntry("path", "/metrics");
        assertThat(list(endpoint, "relabelings"))
                .extracting(relabeling -> relabeling.get("targetLabel"))
                .containsExactly("cluster", "instance");
    }

    @Test
    void every_metric_of_the_dashboard_exists() throws IOException {
        Map<String, Object> dashboard =
                documents(KUSTOMIZE.resolve("monitoring/dashboard.json")).getFirst();
        Set<String> metrics =
                found(
                        "(?m)^\\| `((?:pg|process)_[a-z_]+)(?:\\{[^}]*})?` \\|",
                        Files.readString(Path.of("docs/reference/probes.md")));
        Set<Object> panels = new TreeSet<>();
        for (Map<String, Object> panel : list(dashboard, "panels")) {
            assertThat(panels.add(panel.get("id"))).as("an id of its own").isTrue();
            for (Map<String, Object> target : list(panel, "targets")) {
                String query = String.valueOf(target.get("expr"));
                assertThat(found("((?:pg_entrypoint|process)_[a-z_]+)", query))
                        .as(query)
                        .isNotEmpty()
                        .isSubsetOf(metrics);
                assertThat(query).contains("cluster=\"$cluster\"");
            }
        }
        assertThat(panels).hasSizeGreaterThan(15);
    }
}
