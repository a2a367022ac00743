package io.pgentrypoint.connect;

import java.util.Optional;

/// A host and a port of the network.
public record HostPort(String host, int port) {

    private static final int HIGHEST_PORT = 65535;

    /// `host`, `host:port`, `[::1]:port`, or a URL of one.
    public static Optional<HostPort> parse(String text, int defaultPort) {
        String place = text.strip().replaceFirst("^[a-z0-9]+://", "");
        int path = place.indexOf('/');
        place = path < 0 ? place : place.substring(0, path);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        int colon = place.lastIndexOf(':');
        boolean addressOnly = !place.startsWith("[") && place.indexOf(':') < colon;
        boolean bare = colon < 0 || place.endsWith("]") || addressOnly;
        String host = bare ? place : place.substring(0, colon);
        try {
            int port = bare ? defaultPort : Integer.parseInt(place.substring(colon + 1));
            if (port < 0 || port > HIGHEST_PORT) {
                return Optional.empty();
            }
            return Optional.of(new HostPort(host.replace("[", "").replace("]", ""), port));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// As a URL takes it (RFC 3986, authority): an IPv6 address in brackets.
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
