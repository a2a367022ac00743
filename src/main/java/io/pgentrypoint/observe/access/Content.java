package io.pgentrypoint.observe.access;

import java.util.List;

/// What a directory of another user's holds, as far as it says whether it may be given away.
public sealed interface Content {

    record Empty() implements Content {}

    /// It is for this node, by the word of somebody who may say so.
    record Ours() implements Content {}

    /// @param names some of what is somebody else's
    record Foreign(List<String> names) implements Content {
        public Foreign {
            names = List.copyOf(names);
        }
    }

    /// Others may write to the directory, and nobody who may say so says what it is.
    ///
    /// @param uid whose file claims that it is a cluster
    record Disputed(int uid) implements Content {}

    /// It may be given, and cannot be locked.
    ///
    /// @param why what is wrong with the files of the lock
    record Unlockable(String why) implements Content {}

    default boolean mayBeGiven() {
        return switch (this) {
            case Empty _, Ours _ -> true;
            case Foreign _, Disputed _, Unlockable _ -> false;
        };
    }
}
