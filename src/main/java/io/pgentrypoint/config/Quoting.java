package io.pgentrypoint.config;

/// One function for each syntax that a value can end up in. Whatever a value holds, it stays one
/// value there: it can never add a setting, a rule or a field.
public final class Quoting {

    private Quoting() {}

    /// A value of postgresql.conf. Always in quotes; what stands between them is undone by
    /// `DeescapeQuotedString`: doubled quotes, and backslash with b, f, n, r, t, octal digits or
    /// itself. A bare line break would be a syntax error there.
    public static String conf(String value) {
        StringBuilder quoted = new StringBuilder("'");
        for (char c : withoutNul(value).toCharArray()) {
            switch (c) {
                case '\'' -> quoted.append("''");
                case '\\' -> quoted.append("\\\\");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> appendPrintable(quoted, c);
            }
        }
        return quoted.append('\'').toString();
    }

    // Always three octal digits: the lexer takes up to three, and a digit may follow.
    private static void appendPrintable(StringBuilder quoted, char c) {
        if (c < ' ' || c == 0x7f) {
            quoted.append(String.format("\\%03o", (int) c));
        } else {
            quoted.append(c);
        }
    }

    /// A value of a libpq connection string. Plain words stay plain, so that people can read them.
    public static String conninfo(String value) {
        if (value.matches("[A-Za-z0-9_./:@%+-]+")) {
            return value;
        }
        return "'" + withoutNul(value).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /// A field of a libpq password file. A field of one asterisk matches everything and a number
    /// sign in front makes a comment, so both are escaped like the separator.
    public static String passFile(String value) {
        return withoutLineBreak(value).replaceAll("[:\\\\*#]", "\\\\$0");
    }

    /// A field of pg_hba.conf. In quotes always: keywords, `+group`, `@file` and commas lose their
    /// meaning. The closing quote also keeps a backslash from being the last character of a line,
    /// where it would continue the line (PostgreSQL 14).
    public static String hba(String value) {
        return '"' + withoutLineBreak(value).replace("\"", "\"\"") + '"';
    }

    /// A string literal of SQL. With a backslash in it, only the E form means the same under both
    /// values of standard_conforming_strings.
    public static String sqlLiteral(String value) {
        String quoted = "'" + withoutNul(value).replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }

    /// An identifier of SQL.
    public static String sqlIdentifier(String value) {
        return '"' + withoutNul(value).replace("\"", "\"\"") + '"';
    }

    // C strings end at a NUL: what follows would be lost in silence.
    private static String withoutNul(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("cannot write a NUL character for PostgreSQL");
        }
        return value;
    }

    private static String withoutLineBreak(String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(
                    "cannot write a line break into a file that has one record a line");
        }
        return withoutNul(value);
    }
}
