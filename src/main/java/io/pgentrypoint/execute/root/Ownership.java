package io.pgentrypoint.execute.root;

import io.pgentrypoint.process.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a data directory as private as the server demands: it starts with 0700 and 0750 only
/// (checkDataDir), and Kubernetes opens a volume to the pod's group (fsGroup) each time it mounts
/// it.
public final class Ownership {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final int PRIVATE = 0700;
    private static final int ALL_BITS = 07777;
    private static final int TOO_OPEN = 0027;

    private Ownership() {}

    /// As the server wants it, when it is ours; as the server's user.
    public static void narrow(Path dataDirectory) {
        try {
            int mode = (int) Files.getAttribute(dataDirectory, "unix:mode") & ALL_BITS;
            boolean ours =
                    (int) Files.getAttribute(dataDirectory, "unix:uid") == Identity.current().uid();
            if (ours && (mode & TOO_OPEN) != 0) {
                LOG.info(
                        "Closing {} to others: mode {} becomes 0700",
                        dataDirectory,
                        "%04o".formatted(mode));
                Files.setAttribute(dataDirectory, "unix:mode", PRIVATE);
            }
        } catch (IOException e) {
            // The server will say so.
            LOG.debug("Cannot look at {}: {}", dataDirectory, e.toString());
        }
    }
}
