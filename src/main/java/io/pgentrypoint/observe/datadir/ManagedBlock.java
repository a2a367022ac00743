package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.settings.Layout;
import java.util.Optional;

/// Our block in the text of pg_hba.conf: from the first mark to the end of the last mark's line.
/// Everything outside it is the user's.
///
/// Only a whole block is ours. A first mark without a last one, which only an edit by hand leaves
/// behind, is a comment like any other: no rule after it can be told from a user's, so none is
/// taken. The block that is then written anew is found again, since the first mark that counts is
/// the nearest before a last one.
///
/// @param start index of its first character
/// @param end index after its last
public record ManagedBlock(int start, int end) {

    public static Optional<ManagedBlock> in(String hbaConf) {
        int begin = -1;
        int at = 0;
        while (at < hbaConf.length()) {
            int newline = hbaConf.indexOf('\n', at);
            int next = newline < 0 ? hbaConf.length() : newline + 1;
            String line = hbaConf.substring(at, next).strip();
            if (line.equals(Layout.HBA_BEGIN)) {
                begin = at;
            } else if (line.equals(Layout.HBA_END) && begin >= 0) {
                return Optional.of(new ManagedBlock(begin, next));
            }
            at = next;
        }
        return Optional.empty();
    }

    public String of(String hbaConf) {
        return hbaConf.substring(start, end);
    }
}
