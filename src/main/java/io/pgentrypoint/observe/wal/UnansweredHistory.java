package io.pgentrypoint.observe.wal;

import java.sql.SQLException;

/// A server that answers, and whose answer on its history is none: asked again it says the same. A
/// connection that fails is something else.
public final class UnansweredHistory extends SQLException {

    private static final long serialVersionUID = 1;

    UnansweredHistory(String message, Throwable cause) {
        super(message, cause);
    }
}
