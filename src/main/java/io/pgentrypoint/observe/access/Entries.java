package io.pgentrypoint.observe.access;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What lies below a directory and is not the server's user's.
///
/// @param owners how many belong to each uid
/// @param kept how many of another user's can be given to nobody, since they have a second name or
///   are devices
/// @param firstKept one of these, empty where there is none
public record Entries(SortedMap<Integer, Long> owners, long kept, String firstKept) {

    private static final Entries NONE = new Entries(Collections.emptySortedMap(), 0, "");

    public Entries {
        owners = Collections.unmodifiableSortedMap(new TreeMap<>(owners));
    }

    public static Entries none() {
        return NONE;
    }

    public long count() {
        return owners.values().stream().mapToLong(Long::longValue).sum();
    }

    public boolean isEmpty() {
        return owners.isEmpty() && kept == 0;
    }

    /// Whose they are: `uid 1000: 3, root: 12`.
    public String describeOwners() {
        return owners.entrySet().stream()
                .map(each -> "%s: %d".formatted(name(each.getKey()), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String name(int uid) {
        return uid == 0 ? "root" : "uid " + Integer.toUnsignedString(uid);
    }
}
