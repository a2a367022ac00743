package io.pgentrypoint.settings;

import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Variable.Group;
import java.util.ArrayList;
import java.util.List;

/// Variables in the order in which they are declared.
final class VariableList {

    private final List<Variable<?>> all = new ArrayList<>();

    List<Variable<?>> all() {
        return List.copyOf(all);
    }

    Variable<Secret> secret(String name, Group group, String meaning, String... aliases) {
        return add(
                new Variable<>(
                        name, group, Parsers::password, "–", true, List.of(aliases), meaning));
    }

    <T> Variable<T> declare(
            String name,
            Group group,
            Variable.Parser<T> parser,
            String fallback,
            String meaning,
            String... aliases) {
        return add(new Variable<>(name, group, parser, fallback, false, List.of(aliases), meaning));
    }

    <T> Variable<T> add(Variable<T> variable) {
        all.add(variable);
        return variable;
    }
}
