package io.pgentrypoint.observe.upstream;

import java.nio.file.Path;
import java.util.List;

/// Where a server that is to be cloned has tablespaces. A clone of it has them in the same places.
public sealed interface Tablespaces {

    /// Absolute paths; empty when everything lies in the data directory.
    record At(List<Path> places) implements Tablespaces {
        public At {
            places = List.copyOf(places);
        }
    }

    /// It lets in replication connections only, say, or has no database of that name.
    record Unanswered(String why) implements Tablespaces {}

    static Tablespaces none() {
        return new At(List.of());
    }

    /// Those that are known.
    default List<Path> known() {
        return switch (this) {
            case At(var places) -> places;
            case Unanswered _ -> List.of();
        };
    }
}
