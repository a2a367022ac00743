package io.pgentrypoint.patroni;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Documents in documents, as Patroni merges them (`patch_config`): what comes later wins, value by
/// value, and a list replaces a list.
final class YamlTree {

    /// Also `sslpassword`; and `password_encryption` is none.
    private static final Pattern SECRET = Pattern.compile(".*(password|token)");

    private static final String MASK = "****";

    private YamlTree() {}

    static Map<String, Object> merged(Map<String, Object> first, Map<String, Object> then) {
        Map<String, Object> result = new LinkedHashMap<>(first);
        then.forEach((name, value) -> {
            Object before = result.get(name);
            result.put(
                    name,
                    before instanceof Map<?, ?> one && value instanceof Map<?, ?> other
                            ? merged(strings(one), strings(other))
                            : value);
        });
        return result;
    }

    static Optional<Object> at(Map<String, Object> tree, List<String> path) {
        Object here = tree;
        for (String name : path) {
            if (!(here instanceof Map<?, ?> map) || !map.containsKey(name)) {
                return Optional.empty();
            }
            here = map.get(name);
        }
        return Optional.ofNullable(here);
    }

    static Map<String, Object> section(Map<String, Object> tree, List<String> path) {
        return at(tree, path).orElse(null) instanceof Map<?, ?> map ? strings(map) : Map.of();
    }

    static void put(Map<String, Object> tree, List<String> path, Object value) {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put(path.getLast(), value);
        for (int i = path.size() - 2; i >= 0; i--) {
            Map<String, Object> outer = new LinkedHashMap<>();
            outer.put(path.get(i), nested);
            nested = outer;
        }
        Map<String, Object> all = merged(tree, nested);
        tree.clear();
        tree.putAll(all);
    }

    static List<String> secrets(Map<String, Object> tree) {
        return secrets(tree, false);
    }

    private static List<String> secrets(@Nullable Object value, boolean secret) {
        return switch (value) {
            case null -> List.of();
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .flatMap(entry ->
                                    secrets(entry.getValue(), secret || isSecret(entry.getKey()))
                                            .stream())
                            .toList();
            case List<?> list ->
                    list.stream().flatMap(each -> secrets(each, secret).stream()).toList();
            default -> secret ? List.of(String.valueOf(value)) : List.of();
        };
    }

    static Map<String, Object> masked(Map<String, Object> tree) {
        Map<String, Object> shown = new LinkedHashMap<>();
        tree.forEach((name, value) -> shown.put(name, isSecret(name) ? MASK : masked(value)));
        return shown;
    }

    private static Object masked(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Map<?, ?> map -> masked(strings(map));
            case List<?> list -> list.stream().map(YamlTree::masked).toList();
            default -> value;
        };
    }

    private static boolean isSecret(@Nullable Object name) {
        return SECRET.matcher(String.valueOf(name)).matches();
    }

    static Map<String, Object> strings(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                copy.put(String.valueOf(key), value);
            }
        });
        return copy;
    }
}
