package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;

/// What a server's life calls for and other packages do.
public interface ServerCallbacks {

    /// The server accepts connections for the first time.
    void onceReady(LocalServer server);

    /// Before a shutdown: waits, for a short time, for a session of our own to end. The server
    /// would log its end as a failure.
    void awaitOwnSession();

    /// HUP: our files are brought up to date, before the server reads them again.
    void beforeReload();

    /// The server has been told to read its files again.
    void afterReload(LocalServer server);
}
