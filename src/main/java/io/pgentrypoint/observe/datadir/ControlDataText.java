package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.WalState;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Reads the lines of pg_controldata. The labels used here are the same in PostgreSQL 13 to 18.
public final class ControlDataText {

    /// What a standby must not run with less of (CheckRequiredParameterValues): the setting, and
    /// how pg_controldata calls it.
    private static final Map<String, String> STANDBY_SETTINGS =
            Map.of(
                    "max_connections", "max_connections setting",
                    "max_worker_processes", "max_worker_processes setting",
                    "max_wal_senders", "max_wal_senders setting",
                    "max_prepared_transactions", "max_prepared_xacts setting",
                    "max_locks_per_transaction", "max_locks_per_xact setting");

    private final Map<String, String> values = new HashMap<>();

    private ControlDataText(String text) {
        text.lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        values.put(line.substring(0, colon), line.substring(colon + 1).strip());
                    }
                });
    }

    public static ControlData parse(String text) throws Unreadable {
        return new ControlDataText(text).read();
    }

    private ControlData read() throws Unreadable {
        Map<String, Integer> standbySettings = new TreeMap<>();
        for (Map.Entry<String, String> setting : STANDBY_SETTINGS.entrySet()) {
            standbySettings.put(setting.getKey(), number(setting.getValue()));
        }
        return new ControlData(
                value("Database system identifier"),
                state(),
                number("Latest checkpoint's TimeLineID"),
                value("Latest checkpoint location"),
                value("wal_level setting"),
                standbySettings,
                wal());
    }

    private WalState wal() throws Unreadable {
        int segment = powerOfTwo("Bytes per WAL segment", 1 << 20, 1 << 30);
        int block = powerOfTwo("WAL block size", 1 << 10, 1 << 16);
        return new WalState(
                number("Latest checkpoint's TimeLineID"),
                position("Latest checkpoint location"),
                position("Latest checkpoint's REDO location"),
                position("Minimum recovery ending location"),
                number("Min recovery ending loc's timeline"),
                segment,
                block,
                number("Data page checksum version") > 0
                        || value("wal_log_hints setting").equals("on"));
    }

    private Lsn position(String label) throws Unreadable {
        try {
            return Lsn.parse(value(label));
        } catch (IllegalArgumentException e) {
            throw new Unreadable(
                    "pg_controldata tells a %s that is no position: %s"
                            .formatted(label, value(label)));
        }
    }

    /// A primary that was stopped while it recovered from a crash says what a standby says; but
    /// only a standby has a place that it must recover to (CreateRestartPoint,
    /// UpdateMinRecoveryPoint).
    private String state() throws Unreadable {
        String state = value("Database cluster state");
        String place = values.getOrDefault("Minimum recovery ending location", "");
        return state.equals("shut down in recovery") && place.matches("0/0+")
                ? "shut down in crash recovery"
                : state;
    }

    private String value(String label) throws Unreadable {
        String value = values.get(label);
        if (value == null || value.isEmpty()) {
            throw new Unreadable("pg_controldata does not tell the " + label);
        }
        return value;
    }

    /// IsValidWalSegSize, and what configure takes as --with-wal-blocksize.
    private int powerOfTwo(String label, int least, int most) throws Unreadable {
        int number = number(label);
        if (number < least || number > most || Integer.bitCount(number) != 1) {
            throw new Unreadable(
                    "pg_controldata tells an impossible %s: %s".formatted(label, number));
        }
        return number;
    }

    private int number(String label) throws Unreadable {
        try {
            return Integer.parseInt(value(label));
        } catch (NumberFormatException e) {
            throw new Unreadable(
                    "pg_controldata tells a %s that is no number: %s"
                            .formatted(label, value(label)));
        }
    }
}
