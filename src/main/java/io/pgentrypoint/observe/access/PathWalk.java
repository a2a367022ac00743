package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Where a path leads, gone name by name from the root directory.
///
/// A symbolic link counts when root has made it: it belongs to root, has one name, and cannot have
/// been moved to where it leads elsewhere than root meant: its directory is root's alone, or it has
/// an absolute target. Where any other link leads is for somebody else to say, at any moment.
public sealed interface PathWalk extends Closeable {

    /// The kernel's own limit (path_resolution(7)).
    int LINKS = 40;

    /// It is there, whatever it is.
    record Found(OpenFile file) implements PathWalk {
        @Override
        public void close() {
            file.close();
        }
    }

    /// @param above the last directory of the path that is there
    /// @param first the name that is not there, a character for each byte
    /// @param last whether that is the end of the path
    record Missing(OpenFile above, String first, boolean last) implements PathWalk {
        public byte[] name() {
            return first.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() {
            above.close();
        }
    }

    /// @param why what is wrong with it, as half a sentence
    record Crossed(Path link, String why) implements PathWalk {
        @Override
        public void close() {}
    }

    @Override
    void close();

    static PathWalk to(Path path) throws IOException {
        // All that a `..` may lead back to.
        Deque<OpenFile> open = new ArrayDeque<>();
        try {
            open.push(OpenFile.root());
            return along(open, split(OpenFile.bytes(path.toAbsolutePath().toString())));
        } finally {
            open.forEach(OpenFile::close);
        }
    }

    /// What is returned is taken out of those that are open.
    private static PathWalk along(Deque<OpenFile> open, Deque<byte[]> names) throws IOException {
        int links = 0;
        while (!names.isEmpty()) {
            byte[] name = names.pop();
            OpenFile above = open.element();
            if (isParent(name)) {
                if (open.size() > 1) {
                    open.pop().close();
                }
                continue;
            }
            OpenFile next;
            try {
                next = above.entry(name);
            } catch (NoSuchFileException e) {
                String first = new String(name, StandardCharsets.ISO_8859_1);
                return new Missing(open.pop(), first, names.isEmpty());
            }
            open.push(next);
            FileStatus status = next.status();
            if (status.kind() != FileStatus.Kind.LINK) {
                continue;
            }
            byte[] target = next.target();
            String wrong = wrong(above, status, target);
            if (!wrong.isEmpty()) {
                return new Crossed(next.path(), wrong);
            }
            if (++links > LINKS) {
                throw new FileSystemException(next.toString(), null, "too many symbolic links");
            }
            open.pop().close();
            while (target[0] == '/' && open.size() > 1) {
                open.pop().close();
            }
            split(target).descendingIterator().forEachRemaining(names::push);
        }
        return new Found(open.pop());
    }

    private static String wrong(OpenFile above, FileStatus link, byte[] target) throws IOException {
        if (link.uid() != 0) {
            return "belongs to uid " + link.uid() + " and not to root";
        }
        if (link.links() != 1) {
            return "has another name (a hard link)";
        }
        FileStatus directory = above.status();
        boolean rootsAlone = directory.uid() == 0 && !directory.isOpenToOthers();
        return rootsAlone || target[0] == '/'
                ? ""
                : """
                leads to another place by a relative path, and others may move it: its \
                directory belongs to %s\
                """
                        .formatted(directory);
    }

    private static boolean isParent(byte[] name) {
        return name.length == 2 && name[0] == '.' && name[1] == '.';
    }

    /// Without the empty ones and `.`.
    private static Deque<byte[]> split(byte[] path) {
        Deque<byte[]> names = new ArrayDeque<>();
        int from = 0;
        for (int at = 0; at <= path.length; at++) {
            if (at == path.length || path[at] == '/') {
                boolean itself = at - from == 1 && path[from] == '.';
                if (at > from && !itself) {
                    names.add(Arrays.copyOfRange(path, from, at));
                }
                from = at + 1;
            }
        }
        return names;
    }
}
