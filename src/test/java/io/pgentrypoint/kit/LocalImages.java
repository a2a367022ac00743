package io.pgentrypoint.kit;

import org.testcontainers.images.AbstractImagePullPolicy;
import org.testcontainers.images.ImageData;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.utility.DockerImageName;

/// The images under test are built here and are in no registry; where no registry answers at all
/// (ENTRYPOINT_OFFLINE=1) nothing is pulled. A missing image then fails at once.
public final class LocalImages implements ImagePullPolicy {

    private static final boolean OFFLINE = "1".equals(System.getenv("ENTRYPOINT_OFFLINE"));

    private final ImagePullPolicy whenMissing =
            new AbstractImagePullPolicy() {
                @Override
                protected boolean shouldPullCached(DockerImageName name, ImageData image) {
                    return false;
                }
            };

    @Override
    public boolean shouldPull(DockerImageName name) {
        return !OFFLINE
                && !name.getUnversionedPart().equals(ContainerNode.IMAGE)
                && whenMissing.shouldPull(name);
    }
}
