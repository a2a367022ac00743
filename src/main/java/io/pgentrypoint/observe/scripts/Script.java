package io.pgentrypoint.observe.scripts;

import java.nio.file.Path;
import java.util.Optional;

/// One file of a script directory, and what becomes of it.
///
/// @param doubt what may go wrong with it, and what to do about that
public record Script(Path file, Use use, Optional<String> doubt) {

    /// By its name and its mode, as the official image has it.
    public enum Use {
        RUN("run as a program"),
        SOURCE("sourced: read by one bash, its exports reach the files after it"),
        SQL("run by psql"),
        SQL_GZ("unpacked by gunzip, run by psql"),
        SQL_XZ("unpacked by xzcat, run by psql"),
        SQL_ZST("unpacked by zstd, run by psql"),
        IGNORE("ignored: neither .sh nor .sql, .sql.gz, .sql.xz or .sql.zst"),
        CANNOT_RUN("cannot be run");

        private final String meaning;

        Use(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }

    public String name() {
        return String.valueOf(file.getFileName());
    }
}
