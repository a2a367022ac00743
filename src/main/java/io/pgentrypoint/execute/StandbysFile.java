package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The standbys that this node has had, on its volume. Nothing depends on it but what is shown.
public final class StandbysFile {

    private static final Logger LOG = LoggerFactory.getLogger(StandbysFile.class);

    private StandbysFile() {}

    /// @return empty where there is none
    public static String read(Layout layout) {
        try {
            return AtomicFiles.read(layout.standbys());
        } catch (IOException e) {
            LOG.debug("Cannot read {}", layout.standbys(), e);
            return "";
        }
    }

    public static void write(Layout layout, String text) {
        try {
            AtomicFiles.write(layout.standbys(), text);
        } catch (IOException e) {
            LOG.debug("Cannot write {}", layout.standbys(), e);
        }
    }
}
