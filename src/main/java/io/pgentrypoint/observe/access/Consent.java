package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether a data directory of another user's may be given away: it is empty, or a cluster, or a
/// start that was cut off, by the word of somebody who may say so. Of files of that kind alone
/// nothing follows, for any user that may write there can make them.
final class Consent {

    private static final int LISTED = 1000;

    /// PostgreSQL's own, and the journal of a start of ours.
    private static final List<List<String>> WITNESSES =
            List.of(
                    List.of("PG_VERSION"),
                    List.of("global", "pg_control"),
                    List.of(Layout.STATE_DIRECTORY, "journal"));

    private final OpenFile directory;
    private final FileStatus top;
    private final ServerUser user;

    private Consent(OpenFile directory, ServerUser user) throws IOException {
        this.directory = directory;
        this.user = user;
        top = directory.status();
    }

    static Content read(OpenFile directory, ServerUser user) throws IOException {
        Content content = new Consent(directory, user).read();
        return content.mayBeGiven()
                ? LockFiles.wrong(directory).<Content>map(Content.Unlockable::new).orElse(content)
                : content;
    }

    private Content read() throws IOException {
        List<String> content = content();
        if (content.isEmpty()) {
            return new Content.Empty();
        }
        List<FileStatus> witnesses = witnesses();
        if (witnesses.isEmpty()) {
            return new Content.Foreign(content);
        }
        return isGiven(witnesses)
                ? new Content.Ours()
                : new Content.Disputed(witnesses.getFirst().uid());
    }

    private boolean isGiven(List<FileStatus> witnesses) throws IOException {
        return !top.isOpenToOthers()
                || witnesses.stream().anyMatch(each -> each.uid() == 0 || each.uid() == top.uid())
                || isServers();
    }

    /// Then there is nothing that anybody else would lose.
    private boolean isServers() throws IOException {
        boolean[] all = {true};
        directory.each(name -> {
            boolean counts = Layout.isContent(OpenFile.text(name));
            all[0] = all[0] && (!counts || directory.status(name).uid() == user.uid());
        });
        return all[0];
    }

    private List<String> content() throws IOException {
        List<String> names = new ArrayList<>();
        directory.each(name -> {
            String text = OpenFile.text(name);
            if (names.size() < LISTED && Layout.isContent(text)) {
                names.add(text);
            }
        });
        names.sort(null);
        return names;
    }

    private List<FileStatus> witnesses() throws IOException {
        List<FileStatus> found = new ArrayList<>();
        for (List<String> names : WITNESSES) {
            witness(directory, names).ifPresent(found::add);
        }
        return found;
    }

    /// A regular file, in directories of that owner's or root's.
    private static Optional<FileStatus> witness(OpenFile at, List<String> names)
            throws IOException {
        try (OpenFile entry = at.entry(OpenFile.bytes(names.getFirst()))) {
            FileStatus status = entry.status();
            if (names.size() == 1) {
                return Optional.of(status).filter(each -> each.kind() == FileStatus.Kind.REGULAR);
            }
            return status.isDirectory()
                    ? witness(entry, names.subList(1, names.size()))
                            .filter(each -> each.uid() == 0 || each.uid() == status.uid())
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
