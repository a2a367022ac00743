package io.pgentrypoint.execute.root;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.process.UserMap;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
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
    private final Identity.Account account;

    private Consent(OpenFile directory, Identity.Account account) throws IOException {
        this.directory = directory;
        this.account = account;
        top = directory.status();
    }

    /// @throws Refusal and nothing has been touched
    static void require(OpenFile directory, Settings settings, Identity.Account account)
            throws IOException {
        Consent consent = new Consent(directory, account);
        List<String> content = consent.content();
        if (content.isEmpty()) {
            return;
        }
        List<FileStatus> witnesses = consent.witnesses();
        if (witnesses.isEmpty()) {
            throw Planner.foreign(settings, new DataDirectory.Foreign(content));
        }
        if (!consent.isGiven(witnesses)) {
            throw new Refusal(
                    ExitCode.CANNOT_CREATE,
                    "cannot hand %s over to user %s: others may write to it (%s), and the cluster in it belongs to uid %d, who is neither its owner nor root"
                            .formatted(
                                    directory, account.name(), consent.top, witnesses.get(0).uid()),
                    "if it is yours, give it yourself: chown -R %s %s on the host; nothing was touched"
                            .formatted(UserMap.onTheHost(account.uid(), account.gid()), directory));
        }
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
            all[0] = all[0] && (!counts || directory.status(name).uid() == account.uid());
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
