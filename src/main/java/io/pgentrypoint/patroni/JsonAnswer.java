package io.pgentrypoint.patroni;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON object from the network. A value of another kind than the one asked for counts as absent.
record JsonAnswer(JsonObject object) {

    /// More digits than any number has that is asked for here.
    private static final int LONGEST_NUMBER = 40;

    static Optional<JsonAnswer> parse(String text) {
        try {
            return of(JsonParser.parseString(text));
        } catch (JsonParseException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonAnswer> of(JsonElement element) {
        return element instanceof JsonObject object
                ? Optional.of(new JsonAnswer(object))
                : Optional.empty();
    }

    boolean has(String name) {
        return object.has(name);
    }

    /// Empty where there is none.
    String text(String name) {
        return object.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
    }

    /// 0 where there is none.
    long number(String name) {
        String text = text(name);
        try {
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : decimal(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long decimal(String text) {
        BigDecimal number = text.length() > LONGEST_NUMBER ? BigDecimal.ZERO : new BigDecimal(text);
        return Math.abs((long) number.scale()) > LONGEST_NUMBER ? 0 : number.longValue();
    }

    /// The objects in an array of that name.
    List<JsonAnswer> list(String name) {
        List<JsonAnswer> list = new ArrayList<>();
        if (object.get(name) instanceof JsonArray array) {
            array.forEach(each -> of(each).ifPresent(list::add));
        }
        return list;
    }

    /// Objects as maps, arrays as lists, and the rest as their text.
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        object.entrySet().stream()
                .filter(entry -> !entry.getValue().isJsonNull())
                .forEach(entry -> tree.put(entry.getKey(), tree(entry.getValue())));
        return tree;
    }

    private static Object tree(JsonElement value) {
        return switch (value) {
            case JsonObject inner -> new JsonAnswer(inner).tree();
            case JsonArray array -> array.asList().stream().map(JsonAnswer::tree).toList();
            case JsonPrimitive primitive -> primitive.getAsString();
            default -> value.toString();
        };
    }
}
