package io.pgentrypoint.observe.datadir;

import java.util.Optional;

/// Where a running server stands before it is promoted.
///
/// @param inRecovery false when it is a primary already; the rest means little then
/// @param received from its upstream; empty when nothing was received in this life
/// @param announced the last position of the upstream that it told of
/// @param unreplayed bytes received or announced, and not replayed
/// @param receiver the WAL receiver's status, or `none`
/// @param silentSeconds since the upstream's last message
/// @param held whether replay is paused or delayed on purpose: it goes on when the server is
///   promoted, and not before
public record StandbyState(
        boolean inRecovery,
        int timeline,
        Optional<String> received,
        Optional<String> replayed,
        Optional<String> announced,
        long unreplayed,
        String receiver,
        Optional<Double> silentSeconds,
        boolean held) {

    public boolean streams() {
        return receiver.equals("streaming");
    }
}
