package io.pgentrypoint.patroni;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/// Patroni's documents. Python's reader and this library both speak YAML 1.1; all the same every
/// string is written in double quotes, so that no password is ever taken for a number, a date or a
/// reference.
public final class YamlText {

    private YamlText() {}

    public static String of(Map<String, Object> document) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setWidth(4096);
        return new Yaml(new Quoting(options), options).dump(document);
    }

    /// Why Patroni could not read it; empty when it can.
    public static Optional<String> flaw(String text) {
        try {
            return parsed(text) instanceof Map
                    ? Optional.empty()
                    : Optional.of("is not a mapping (name: value)");
        } catch (MarkedYAMLException e) {
            // Its message quotes the line, which may hold a password.
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            return Optional.of("is no YAML: " + e.getProblem() + ", line " + line);
        } catch (YAMLException e) {
            return Optional.of("is no YAML");
        }
    }

    /// An empty document where [#flaw] finds one.
    static Map<String, Object> read(String text) {
        try {
            return parsed(text) instanceof Map<?, ?> map ? tree(map) : Map.of();
        } catch (YAMLException e) {
            return Map.of();
        }
    }

    private static @Nullable Object parsed(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    private static Map<String, Object> tree(Map<?, ?> map) {
        Map<String, Object> tree = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                tree.put(String.valueOf(key), tree(inner));
            } else if (value != null) {
                tree.put(String.valueOf(key), value);
            }
        });
        return tree;
    }

    private static final class Quoting extends Representer {

        Quoting(DumperOptions options) {
            super(options);
            // The library's own would write text with control characters as !!binary, which
            // Python reads as bytes.
            representers.put(
                    String.class,
                    text ->
                            representScalar(
                                    Tag.STR,
                                    String.valueOf(text),
                                    DumperOptions.ScalarStyle.DOUBLE_QUOTED));
        }
    }
}
