package io.pgentrypoint.patroni;

import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.DuplicateKeyException;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/// Patroni's documents. Python's reader and this library both speak YAML 1.1; all the same every
/// string is written in double quotes, so that no password is ever taken for a number, a date or a
/// reference.
public final class YamlText {

    private static final int DEEPEST = 50;
    private static final int MOST_VALUES = 10_000;

    private static final Pattern HARMLESS =
            Pattern.compile(
                    """
                    mapping values are not allowed here|could not find expected ':'|found \
                    unexpected end of stream|expected .*, but found '<[a-z -]+>'\
                    """);

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
            Object document = parsed(text);
            return document instanceof Map
                    ? unusual(document, 0, new AtomicInteger())
                    : Optional.of("is not a mapping (name: value)");
        } catch (DuplicateKeyException e) {
            return Optional.of("has a key twice in one mapping" + line(e));
        } catch (MarkedYAMLException e) {
            return Optional.of("is no YAML%s%s".formatted(problem(e), line(e)));
        } catch (RuntimeException | StackOverflowError e) {
            // The library's constructors throw what the JDK's parsers throw, with the value in the
            // message; and one that merges a mapping into itself has no end.
            return Optional.of("is no YAML, or has a value that is not of its type");
        }
    }

    /// What no configuration of Patroni has, and what would have no end here: the reader expands
    /// each alias, so that few lines can stand for more values than fit into the memory.
    private static Optional<String> unusual(
            @Nullable Object value, int depth, AtomicInteger values) {
        if (depth > DEEPEST) {
            return Optional.of(
                    "contains itself, or is nested deeper than %s levels".formatted(DEEPEST));
        }
        if (values.incrementAndGet() > MOST_VALUES) {
            return Optional.of(
                    "has more than %s values, its aliases expanded".formatted(MOST_VALUES));
        }
        return switch (value) {
            case null -> Optional.empty();
            case String _, Number _, Boolean _, Date _ -> Optional.empty();
            case List<?> list ->
                    list.stream()
                            .map(each -> unusual(each, depth + 1, values))
                            .flatMap(Optional::stream)
                            .findFirst();
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry ->
                                    isScalar(entry.getKey())
                                            ? unusual(entry.getValue(), depth + 1, values)
                                            : Optional.of("has a key that is not a single word"))
                            .flatMap(Optional::stream)
                            .findFirst();
            default ->
                    Optional.of(
                            """
                            has a value that is neither text, number, true or false, \
                            date, list nor mapping (a tag such as !!binary or !!set)\
                            """);
        };
    }

    /// Most of the library's words quote what stands there, which may be a password.
    private static String problem(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        return HARMLESS.matcher(problem).matches() ? ": " + problem : "";
    }

    private static String line(MarkedYAMLException e) {
        return e.getProblemMark() == null ? "" : ", line " + (e.getProblemMark().getLine() + 1);
    }

    private static boolean isScalar(@Nullable Object key) {
        return key == null
                || key instanceof String
                || key instanceof Number
                || key instanceof Boolean;
    }

    /// An empty document where [#flaw] finds one.
    static Map<String, Object> read(String text) {
        return flaw(text).isEmpty() && parsed(text) instanceof Map<?, ?> map ? tree(map) : Map.of();
    }

    private static @Nullable Object parsed(String text) {
        LoaderOptions options = new LoaderOptions();
        // The library writes such a warning to stderr by itself, in a format of its own.
        options.setWarnOnDuplicateKeys(false);
        // One of the two would be ignored, and thousands of them take the library's memory.
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options)).load(text);
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
