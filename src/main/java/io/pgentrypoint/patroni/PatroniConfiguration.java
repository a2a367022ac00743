package io.pgentrypoint.patroni;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the user says to Patroni, in Patroni's own words. All of it wins over what we render: the
/// document first, then each variable, which is Patroni's own order.
///
/// @param document the user's own configuration, as YAML
/// @param variables `PATRONI_*`, without the document
public record PatroniConfiguration(Optional<Secret> document, SortedMap<String, Secret> variables) {

    public static final int REST_PORT = 8008;

    /// The variable that holds a whole document.
    public static final String DOCUMENT = PatroniVariable.DOCUMENT;

    /// What its variables begin with.
    public static final String PREFIX = PatroniVariable.PREFIX;

    public PatroniConfiguration {
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    }

    /// Why a document cannot be read; empty when it can.
    public static Optional<String> flaw(String document) {
        return YamlText.flaw(document);
    }

    public static boolean isSecret(String variable) {
        return PatroniVariable.isSecret(variable);
    }

    public Optional<String> text(String... path) {
        return YamlTree.at(tree(), List.of(path))
                .map(String::valueOf)
                .filter(text -> !text.isEmpty());
    }

    public boolean has(String... path) {
        return YamlTree.at(tree(), List.of(path)).isPresent();
    }

    /// What a mapping of it holds.
    public Map<String, Object> section(String... path) {
        return YamlTree.section(tree(), List.of(path));
    }

    /// Options of a program, each as Patroni hands it on: a word of its own or one with a value.
    public List<String> options(String... path) {
        return YamlTree.at(tree(), List.of(path)).stream()
                .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
                .flatMap(each ->
                        each instanceof Map<?, ?> map
                                ? map.entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                                : Stream.of(String.valueOf(each)))
                .map(option -> "--" + option)
                .toList();
    }

    /// Where it wins over what we render.
    public Map<String, Object> over(Map<String, Object> rendered) {
        return YamlTree.merged(rendered, tree());
    }

    /// The variables that must not stay in an environment which others can read, as a document.
    public Optional<Secret> secrets() {
        Map<String, Object> tree = new LinkedHashMap<>();
        variables.forEach((name, value) -> {
            if (isSecret(name)) {
                YamlTree.put(tree, PatroniVariable.path(name), value.reveal());
            }
        });
        return tree.isEmpty() ? Optional.empty() : Optional.of(new Secret(YamlText.of(tree)));
    }

    /// All that it holds.
    public List<Secret> passwords() {
        return YamlTree.secrets(tree()).stream().map(Secret::new).toList();
    }

    /// What a member would put into an empty store: of its files, the later one wins.
    public static Map<String, Object> shared(SortedMap<String, Secret> files) {
        Map<String, Object> all = Map.of();
        for (Secret file : files.values()) {
            all = YamlTree.merged(all, YamlText.read(file.reveal()));
        }
        return YamlTree.section(all, List.of("bootstrap", "dcs"));
    }

    /// A document without its secrets.
    public static String masked(String document) {
        return YamlText.of(YamlTree.masked(YamlText.read(document)));
    }

    public int restPort() {
        String listen = text("restapi", "listen").orElse("");
        return HostPort.parse(listen, REST_PORT).map(HostPort::port).orElse(REST_PORT);
    }

    public Optional<DcsAddress> dcs() {
        return DcsAddress.of(this);
    }

    List<HostPort> places(String section, int port) {
        List<HostPort> places = new ArrayList<>();
        for (String key : List.of("host", "hosts", "url", "proxy")) {
            Object value = section(section).getOrDefault(key, "");
            List<?> several = value instanceof List<?> list ? list : words(String.valueOf(value));
            for (Object one : several) {
                HostPort.parse(String.valueOf(one), port).ifPresent(places::add);
            }
        }
        return places;
    }

    /// `a:1,b:2`, as a variable has it, or a list of YAML.
    private static List<String> words(String text) {
        String list = text.strip();
        boolean inBrackets = list.startsWith("[") && list.endsWith("]") && !list.contains("]:");
        return List.of(
                (inBrackets ? list.substring(1, list.length() - 1) : list).split("[,\\s'\"]+"));
    }

    private Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        variables.forEach(
                (name, value) -> YamlTree.put(tree, PatroniVariable.path(name), value.reveal()));
        return YamlTree.merged(
                document.map(Secret::reveal).map(YamlText::read).orElse(Map.of()), tree);
    }
}
