package io.pgentrypoint.config;

/// How much WAL the slots of a primary may keep: without a limit, one replica that does not come
/// back fills the disk and ends the primary.
///
/// @param why how it was reckoned
public record WalBudget(long megabytes, String why) {

    private static final long GIGABYTE = 1024;

    /// As postgresql.conf takes it.
    public String value() {
        return megabytes % GIGABYTE == 0 ? megabytes / GIGABYTE + "GB" : megabytes + "MB";
    }
}
