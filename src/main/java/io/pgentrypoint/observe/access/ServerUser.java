package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.UserMap;

/// The user that root becomes for the server.
///
/// @param onTheHost uid and gid as the host counts them, for a chown there
public record ServerUser(String name, int uid, int gid, String onTheHost) {

    public static final String NAME = "postgres";

    static ServerUser of(Identity.Account account) {
        return new ServerUser(
                account.name(),
                account.uid(),
                account.gid(),
                UserMap.onTheHost(account.uid(), account.gid()));
    }

    @Override
    public String toString() {
        return "user %s (uid %s, gid %s)".formatted(name, uid, gid);
    }
}
