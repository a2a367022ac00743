package io.pgentrypoint.settings.mode;

import io.pgentrypoint.report.BadValue;
import java.net.Inet6Address;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who may connect: the address field of a pg_hba.conf rule. The keywords `samenet`, `samehost` and
/// `all` must stay unquoted there, everything else is quoted.
///
/// @param keyword whether PostgreSQL reads the text as one of its keywords
public record Network(String text, boolean keyword) {

    private static final Pattern KEYWORD = Pattern.compile("samenet|samehost|all");
    // getaddrinfo(3) reads a part with a leading zero as octal, people do not.
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}/[0-9]{1,2}");
    private static final Pattern IPV6 =
            Pattern.compile("([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/([0-9]{1,3})");
    // RFC 1035; before PostgreSQL 16 a longer field of pg_hba.conf is skipped.
    private static final int NAME_LENGTH = 253;
    private static final Pattern HOST =
            Pattern.compile("\\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*");

    public static Network parse(String text) throws BadValue {
        if (KEYWORD.matcher(text).matches()) {
            return new Network(text, true);
        }
        if (text.length() <= NAME_LENGTH && (isIpv4(text) || isIpv6(text) || isHostName(text))) {
            return new Network(text, false);
        }
        throw new BadValue(
                """
                must be a list of CIDR networks (10.0.0.0/8, fd00::/8), samenet, or host \
                names; this is none: %s\
                """
                        .formatted(text),
                "write an address with its prefix length, for example 192.0.2.7/32");
    }

    private static boolean isIpv4(String text) {
        if (!IPV4.matcher(text).matches()) {
            return false;
        }
        String[] parts = text.split("[./]", -1);
        for (int i = 0; i < 4; i++) {
            if (Integer.parseInt(parts[i]) > 255) {
                return false;
            }
        }
        return Integer.parseInt(parts[4]) <= 32;
    }

    private static boolean isIpv6(String text) {
        Matcher match = IPV6.matcher(text);
        try {
            return match.matches()
                    && Integer.parseInt(match.group(2)) <= 128
                    && Inet6Address.ofLiteral(match.group(1)).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// An address without a prefix length would be a host name to nobody but us.
    private static boolean isHostName(String text) {
        return HOST.matcher(text).matches() && !text.matches("[0-9.]+");
    }
}
