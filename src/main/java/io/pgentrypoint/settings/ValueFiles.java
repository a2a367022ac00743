package io.pgentrypoint.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The files that variables name, over the life of this process. A reload reads them again; what
/// only the start could read keeps the value of the start: a pipe is empty once read, and a file
/// for root alone is out of reach after the step down.
public final class ValueFiles {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Duration timeout;
    private final Map<String, ValueFile.Content> before = new ConcurrentHashMap<>();

    public ValueFiles() {
        this(TIMEOUT);
    }

    ValueFiles(Duration timeout) {
        this.timeout = timeout;
    }

    ValueFile read(String path) {
        ValueFile.Content kept = before.get(path);
        if (kept != null && kept.pipe()) {
            return kept(kept, "the file is a pipe, which is read at a start only");
        }
        ValueFile now = ValueFile.read(path, timeout);
        return switch (now) {
            case ValueFile.Unreadable(String why, boolean denied) ->
                    denied && kept != null
                            ? kept(kept, "the file can be read at a start only: " + why)
                            : now;
            case ValueFile.Content content -> {
                before.put(path, content);
                yield content;
            }
        };
    }

    private static ValueFile kept(ValueFile.Content kept, String why) {
        List<ValueFile.Oddity> oddities = new ArrayList<>(kept.oddities());
        oddities.add(
                new ValueFile.Oddity(
                        why + "; the value of the last start is kept",
                        "restart for a new value, or give the server's user a file that it can read"));
        return new ValueFile.Content(kept.text(), kept.pipe(), oddities);
    }
}
