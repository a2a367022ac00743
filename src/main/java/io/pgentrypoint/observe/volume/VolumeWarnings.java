package io.pgentrypoint.observe.volume;

import io.pgentrypoint.observe.volume.Mounts.Mount;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What is better known before the day it matters. Nothing here stops a start.
final class VolumeWarnings {

    private static final Set<String> LAYERS = Set.of("overlay", "aufs", "fuse.fuse-overlayfs");
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");

    /// Directories of the host, as a virtual machine sees them.
    private static final Set<String> SHARED =
            Set.of("9p", "virtiofs", "fuse.grpcfuse", "fakeowner", "vboxsf", "prl_fs", "drvfs");

    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs");

    /// Docker's and Podman's own names for volumes that nobody has named.
    private static final Pattern ANONYMOUS = Pattern.compile(".*/[0-9a-f]{64}/_data(?:/.*)?");

    private final Settings settings;
    private final Path data;
    private final Mounts mounts;
    private final boolean inContainer;

    private VolumeWarnings(Settings settings, Mounts mounts, boolean inContainer) {
        this.settings = settings;
        this.data = settings.dataDirectory();
        this.mounts = mounts;
        this.inContainer = inContainer;
    }

    static List<String> of(Settings settings, ClusterPaths places, Mounts mounts) {
        List<String> all =
                new ArrayList<>(
                        of(settings, places, mounts, inContainer(settings), sharedMemorySize()));
        all.addAll(ContainerLimits.read().warnings());
        return all;
    }

    static Optional<String> sharedMemory(Settings settings) {
        return new VolumeWarnings(settings, Mounts.read(), inContainer(settings))
                .memory(sharedMemorySize());
    }

    private static long sharedMemorySize() {
        return Path.of("/dev/shm").toFile().getTotalSpace();
    }

    private static boolean inContainer(Settings settings) {
        return Stream.of("/.dockerenv", "/run/.containerenv")
                        .anyMatch(file -> Files.exists(Path.of(file)))
                || settings.childEnvironment().containsKey("KUBERNETES_SERVICE_HOST");
    }

    /// @param memory size of /dev/shm, 0 where there is none
    static List<String> of(
            Settings settings,
            ClusterPaths places,
            Mounts mounts,
            boolean inContainer,
            long memory) {
        VolumeWarnings warnings = new VolumeWarnings(settings, mounts, inContainer);
        List<String> all = new ArrayList<>();
        warnings.place(places.data().toString(), "the data", places.data()).ifPresent(all::add);
        warnings.part("the WAL in ", places.wal()).ifPresent(all::add);
        all.addAll(warnings.tablespaces(places.tablespaces()));
        warnings.layout().ifPresent(all::add);
        warnings.nested().ifPresent(all::add);
        warnings.memory(memory).ifPresent(all::add);
        return all;
    }

    static List<String> ofTablespaces(Settings settings, List<Path> places, Mounts mounts) {
        return new VolumeWarnings(settings, mounts, inContainer(settings)).tablespaces(places);
    }

    private List<String> tablespaces(List<Path> places) {
        return places.stream()
                .flatMap(place -> part("the tablespace in ", place).stream())
                .toList();
    }

    /// Nothing of what shares the data directory's fate.
    private Optional<String> part(String what, Path place) {
        boolean apart =
                !place.startsWith(data)
                        || !mounts.of(Space.existing(place))
                                .equals(mounts.of(Space.existing(data)));
        return apart ? place(what + place, "it", place) : Optional.empty();
    }

    private Optional<String> place(String what, String content, Path place) {
        return mounts.of(Space.existing(place)).flatMap(mount -> place(what, content, mount));
    }

    private Optional<String> place(String what, String content, Mount mount) {
        String type = mount.type();
        if (LAYERS.contains(type) || (inContainer && mount.point().equals(Path.of("/")))) {
            return Optional.of(
                    """
                    %s is not on a volume but in the container's own file system (%s): %s \
                    goes when the container is removed; mount a volume there\
                    """
                            .formatted(what, type, content));
        }
        if (MEMORY.contains(type)) {
            return Optional.of(
                    "%s is in memory (%s): %s ends with the container"
                            .formatted(what, type, content));
        }
        if (SHARED.contains(type)) {
            return Optional.of(
                    """
                    %s is in a directory of the host, shared with a virtual machine (%s): \
                    owners, fsync and renames may not do there what PostgreSQL relies on; \
                    a named volume is safer\
                    """
                            .formatted(what, type));
        }
        if (REMOTE.contains(type) || type.startsWith("fuse")) {
            return Optional.of(
                    """
                    %s is on a network file system (%s, %s): what fsync and locks are \
                    worth there is up to its server and mount options (nfs: hard, never \
                    nolock); a block device is safer\
                    """
                            .formatted(what, type, mount.source()));
        }
        return Optional.empty();
    }

    private Optional<String> layout() {
        boolean missed =
                LegacyLocations.isNew(data)
                        && mounts.isMountPoint(LegacyLocations.OLD)
                        && !mounts.isMountPoint(data);
        return missed
                ? Optional.of(
                        """
                        a volume is mounted at %s, and PGDATA is %s, which is not on it: \
                        images of PostgreSQL 18 and newer want the volume at \
                        /var/lib/postgresql; mount it there, or set PGDATA=%s\
                        """
                                .formatted(LegacyLocations.OLD, data, LegacyLocations.OLD))
                : Optional.empty();
    }

    /// Images up to PostgreSQL 17 declare a volume of their own below the one that somebody mounts.
    private Optional<String> nested() {
        Path existing = Space.existing(data);
        Optional<Mount> inner =
                mounts.of(existing).filter(mount -> ANONYMOUS.matcher(mount.root()).matches());
        Optional<Mount> outer =
                inner.map(Mount::point)
                        .map(Path::getParent)
                        .flatMap(mounts::of)
                        .filter(mount -> !mount.point().equals(Path.of("/")));
        return inner.flatMap(hiding ->
                outer.map(hidden ->
                        """
                        %s is on a volume without a name, which the image declares at %s and which \
                        hides what you have mounted at %s: the data goes with the container, and a \
                        new container gets an empty volume; mount your volume at %2$s, or set PGDATA \
                        to a directory that is on it and not below %2$s\
                        """
                                .formatted(data, hiding.point(), hidden.point())));
    }

    private Optional<String> memory(long size) {
        long needed = ParallelMemory.needed(this::setting);
        return size > 0 && size < needed
                ? Optional.of(
                        """
                        /dev/shm has %s: one parallel query may need %s of it with these settings \
                        (hash_mem_multiplier × work_mem for each of its processes), and fails then \
                        (could not resize shared memory segment); start the container with \
                        --shm-size=1g (Kubernetes: an emptyDir with medium Memory at /dev/shm), or \
                        lower work_mem\
                        """
                                .formatted(Measures.bytes(size), Measures.bytes(needed)))
                : Optional.empty();
    }

    private Optional<String> setting(String name) {
        return settings.serverArguments()
                .setting(name)
                .or(() -> Optional.ofNullable(settings.serverSettings().get(name)));
    }
}
