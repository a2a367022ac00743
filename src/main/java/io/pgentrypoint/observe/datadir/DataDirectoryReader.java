package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.datadir.DataDirectory.Role;
import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.observe.postgres.Refusals;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Judges PGDATA. The order of the questions matters: our journal explains what would look damaged,
/// and another major version explains what our pg_controldata cannot read.
public final class DataDirectoryReader {

    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})(\\.\\d+)?\\s*");

    private static final String RECOVERY_SIGNAL = "recovery.signal";

    private final ControlDataReader controlData;
    private final int installedMajor;

    public DataDirectoryReader(ControlDataReader controlData, int installedMajor) {
        this.controlData = controlData;
        this.installedMajor = installedMajor;
    }

    public DataDirectory read(Layout layout) {
        Path directory = layout.dataDirectory();
        if (!FileBytes.exists(directory)) {
            return new DataDirectory.Missing();
        }
        try {
            requireDirectory(directory);
            Optional<Journal> journal = journal(layout);
            if (journal.isPresent()) {
                requireOurs(layout, journal.get());
                return new DataDirectory.Interrupted(journal.get());
            }
            List<String> entries = entries(directory);
            return entries.isEmpty() ? new DataDirectory.Empty() : judge(layout, entries);
        } catch (Unreadable e) {
            return new DataDirectory.Damaged(e.why());
        }
    }

    /// Where none of ours has any business.
    public static boolean isForeign(Path directory) {
        boolean file = Files.exists(directory) && !Files.isDirectory(directory);
        return file || holdsOthers(directory);
    }

    /// Someone else's files, and neither a cluster nor a start of ours that was cut off. A state
    /// directory says nothing: any user that may write there can make one.
    private static boolean holdsOthers(Path directory) {
        if (!Files.isDirectory(directory) || Files.exists(new Layout(directory).journal())) {
            return false;
        }
        List<String> entries = entries(directory);
        return !entries.isEmpty()
                && !entries.contains("PG_VERSION")
                && !Files.exists(directory.resolve("global/pg_control"));
    }

    /// Of a first boot.
    private static Optional<Journal> journal(Layout layout) throws Unreadable {
        Optional<String> text = FileBytes.utf8(layout.journal());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Journal.parse(text.get()));
        } catch (IllegalArgumentException e) {
            throw new Unreadable(
                    "the journal of its first boot, %s, cannot be used: %s"
                            .formatted(layout.journal(), e.getMessage()));
        }
    }

    private DataDirectory judge(Layout layout, List<String> entries) throws Unreadable {
        Path directory = layout.dataDirectory();
        Optional<Integer> major = major(directory);
        if (major.isPresent() && major.get() != installedMajor) {
            return new DataDirectory.OtherMajor(major.get());
        }
        if (!FileBytes.exists(directory.resolve("global/pg_control"))) {
            return major.isPresent()
                    ? new DataDirectory.Damaged(
                            """
                            it has PG_VERSION and no global/pg_control: it was never \
                            finished, by an initdb or a base backup that was killed\
                            """)
                    : new DataDirectory.Foreign(entries);
        }
        if (major.isEmpty()) {
            return new DataDirectory.Damaged("it has global/pg_control and no PG_VERSION");
        }
        ControlData control = controlData.read(directory);
        return new DataDirectory.Cluster(
                control,
                role(layout, control),
                ManagedFilesReader.read(layout),
                FileBytes.exists(directory.resolve("backup_label"))
                        && !FileBytes.exists(directory.resolve(RECOVERY_SIGNAL)));
    }

    /// While scripts run the cluster lies in its place: someone may have restored another one over
    /// it, or started it with another image, and may have data in it by now. The same while it is
    /// thrown away, which begins with its control file.
    private void requireOurs(Layout layout, Journal journal) throws Unreadable {
        Relocation relocation = journal.relocation();
        if (relocation.proof().isEmpty()) {
            return;
        }
        if (FileBytes.exists(layout.dataDirectory().resolve("global/pg_control"))) {
            requireProof(layout, relocation.proof().get());
        } else if (relocation.entries().isEmpty()
                && !FileBytes.exists(layout.staging().dataDirectory())
                && !entries(layout.dataDirectory()).isEmpty()) {
            // All had moved up, and the control file with it.
            throw new Unreadable(
                    """
                    its first boot has not ended, and yet its global/pg_control is gone: \
                    somebody else has changed the directory; to keep what it holds, move \
                    it away; if nothing of it is needed, empty the directory\
                    """);
        }
    }

    private void requireProof(Layout layout, Relocation.Proof proof) throws Unreadable {
        Path directory = layout.dataDirectory();
        boolean sameCluster =
                controlData.read(directory).systemIdentifier().equals(proof.systemIdentifier());
        // Each server that starts writes its arguments there. One that was killed just then has
        // left an empty file, and had not touched the data yet.
        boolean sameServer =
                FileBytes.utf8(directory.resolve("postmaster.opts"))
                        .map(arguments -> arguments.isEmpty() || arguments.contains(proof.mark()))
                        .orElse(true);
        if (!sameCluster || !sameServer) {
            throw new Unreadable(
                    """
                    its first boot has not ended, and yet %s; if that is to be kept, \
                    remove %s\
                    """
                            .formatted(
                                    sameCluster
                                            ? "another server has run on it since"
                                            : "it holds another cluster by now",
                                    layout.journal()));
        }
    }

    static Role role(Layout layout, ControlData control) {
        if (FileBytes.exists(layout.standbySignal())) {
            return Role.STANDBY;
        }
        boolean recoversToAPoint =
                FileBytes.exists(layout.dataDirectory().resolve(RECOVERY_SIGNAL));
        return control.inRecovery() && !recoversToAPoint
                ? Role.STANDBY_WITHOUT_SIGNAL
                : Role.PRIMARY;
    }

    private static void requireDirectory(Path directory) throws Unreadable {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(directory, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                throw new Unreadable(directory + " is a file, not a directory");
            }
        } catch (NoSuchFileException e) {
            throw new Unreadable(directory + " is a symbolic link to nothing");
        } catch (IOException e) {
            throw Refusals.unreadable(directory, e);
        }
    }

    /// Those that count, by name.
    public static List<String> entries(Path directory) {
        List<String> entries = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path path : found) {
                String name = path.getFileName().toString();
                if (Layout.isContent(name)) {
                    entries.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            IOException cause = e.getCause();
            throw Refusals.unreadable(directory, cause == null ? new IOException(e) : cause);
        } catch (IOException e) {
            throw Refusals.unreadable(directory, e);
        }
        entries.sort(null);
        return entries;
    }

    private static Optional<Integer> major(Path directory) throws Unreadable {
        Optional<String> text = FileBytes.utf8(directory.resolve("PG_VERSION"));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher major = MAJOR.matcher(text.get());
        if (!major.matches()) {
            throw new Unreadable("its PG_VERSION holds no version");
        }
        return Optional.of(Integer.parseInt(major.group(1)));
    }
}
