package io.pgentrypoint.run;

/// Told how far a start has come with its volume.
public interface VolumeListener {

    /// Lets the start go on.
    VolumeListener NONE =
            new VolumeListener() {
                @Override
                public boolean accessible() {
                    return true;
                }

                @Override
                public void taken() {}
            };

    /// It may be read and written, and its lock is not taken yet.
    ///
    /// @return whether the start goes on
    boolean accessible();

    /// No other server can use it any more.
    void taken();
}
