package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;

/// The method of `host all all all`: a method's name and its options, as pg_hba.conf takes them. It
/// is the one value that reaches that file unquoted, because options have a syntax of their own.
final class HostAuthMethod {

    private HostAuthMethod() {}

    static String parse(String text) throws BadValue {
        String method = text.strip();
        // A line break would add a rule, a # would hide the options that follow.
        if (!method.matches("[a-z0-9-]+( [^\\x00-\\x1f\\x7f#]*)?") || method.endsWith("\\")) {
            throw new BadValue(
                    "must be one line: an authentication method of pg_hba.conf, then its options",
                    "for example scram-sha-256");
        }
        return method;
    }
}
