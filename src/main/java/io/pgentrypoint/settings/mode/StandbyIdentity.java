package io.pgentrypoint.settings.mode;

/// What a standby is called on the server that it follows.
///
/// @param name application_name of its WAL receiver
/// @param nameGiven by REPLICA_NAME; else it is the host name, and a name that is kept on the
///   volume comes before it
/// @param slotFromName whether the slot is named after the standby
public record StandbyIdentity(String name, boolean nameGiven, Slot slot, boolean slotFromName) {

    /// The same standby under the name that its volume has kept, unless it was given one.
    public StandbyIdentity called(String kept) {
        return nameGiven
                ? this
                : new StandbyIdentity(
                        kept, false, slotFromName ? Slot.after(kept) : slot, slotFromName);
    }
}
