package io.pgentrypoint.cli;

import io.pgentrypoint.report.Masks;

/// One line of `doctor`: what was looked at, how it stands, and what to do.
///
/// @param fix empty where nothing is to be done
record Check(String name, Verdict verdict, String seen, String fix) {

    /// In the order of how much they matter.
    enum Verdict {
        OK("ok"),
        NOT_CHECKED("not checked"),
        WARN("warn"),
        FAIL("fail");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    Check {
        seen = Masks.apply(seen);
        fix = Masks.apply(fix);
    }

    static Check ok(String name, String seen) {
        return new Check(name, Verdict.OK, seen, "");
    }

    static Check notChecked(String name, String because) {
        return new Check(name, Verdict.NOT_CHECKED, because, "");
    }

    static Check warn(String name, String seen, String fix) {
        return new Check(name, Verdict.WARN, seen, fix);
    }

    static Check fail(String name, String seen, String fix) {
        return new Check(name, Verdict.FAIL, seen, fix);
    }
}
