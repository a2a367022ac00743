package io.pgentrypoint.settings;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.BadValue;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.Spelling;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// From the text of a variable to its value.
final class Parsers {

    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s*(ms|s|min|m|h|d)?");
    private static final Map<String, BigDecimal> MILLIS =
            Map.of(
                    "ms", BigDecimal.ONE,
                    "s", BigDecimal.valueOf(1_000),
                    "min", BigDecimal.valueOf(60_000),
                    "m", BigDecimal.valueOf(60_000),
                    "h", BigDecimal.valueOf(3_600_000),
                    "d", BigDecimal.valueOf(86_400_000));
    // Nanoseconds of it fit into a long.
    private static final BigDecimal LONGEST = BigDecimal.valueOf(10_000L * 86_400_000L);
    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");
    // With more colons it is an IPv6 address.
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):([0-9]{1,5})");
    private static final Pattern ENDPOINT =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]{1,253}))(?::(\\d{1,5}))?");
    // RFC 3454, table B.1: nothing of such a password is left to make a verifier of.
    private static final Pattern INVISIBLE =
            Pattern.compile(
                    "[\\u00ad\\u034f\\u1806\\u180b-\\u180d\\u200c\\u200d\\u2060\\ufe00-\\ufe0f\\ufeff]+");
    // NAMEDATALEN - 1: PostgreSQL cuts longer identifiers in silence, and then names differ.
    private static final int NAME_BYTES = 63;

    private Parsers() {}

    static String text(String text) throws BadValue {
        if (text.indexOf('\0') >= 0) {
            throw new BadValue("must not contain a NUL byte", "remove it");
        }
        return text;
    }

    /// A password must fit into a line of a password file, where nothing stands for a line break.
    static io.pgentrypoint.report.Secret password(String text) throws BadValue {
        if (text(text).chars().anyMatch(c -> c == '\n' || c == '\r')) {
            throw new BadValue(
                    "must be one line: PostgreSQL's password file has no way to write a line break",
                    "remove the line breaks (a file with Windows line ends has one at its end)");
        }
        if (INVISIBLE.matcher(text).matches()) {
            throw new BadValue(
                    "has only characters that a login ignores (SASLprep, RFC 4013)",
                    "choose a password with visible characters");
        }
        return new io.pgentrypoint.report.Secret(text);
    }

    static io.pgentrypoint.report.Secret patroniDocument(String text) throws BadValue {
        var flaw = io.pgentrypoint.patroni.PatroniConfiguration.flaw(text);
        if (flaw.isPresent()) {
            throw new BadValue(flaw.get(), "write what patroni would read from its file");
        }
        return new io.pgentrypoint.report.Secret(text);
    }

    static boolean bool(String text) throws BadValue {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default ->
                    throw new BadValue(
                            "must be true or false (also 1/0, yes/no, on/off)", "use one of them");
        };
    }

    static int port(String text) throws BadValue {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new BadValue(
                "must be a port number from 1 to 65535",
                text.startsWith("tcp://")
                        ? """
                        Kubernetes sets this for a Service of that name: rename the \
                        Service, or set enableServiceLinks: false\
                        """
                        : "set a port number");
    }

    static Duration duration(String text) throws BadValue {
        Matcher match = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw new BadValue(
                    "must be a time such as 500ms, 60s, 5min or 1h (a bare number is seconds)",
                    "write a number and a unit");
        }
        String unit = match.group(2) == null ? "s" : match.group(2);
        BigDecimal millis =
                new BigDecimal(match.group(1)).multiply(MILLIS.getOrDefault(unit, BigDecimal.ONE));
        if (millis.compareTo(LONGEST) > 0) {
            throw new BadValue("must be at most 10000d", "write a shorter time");
        }
        return Duration.ofMillis(millis.longValue());
    }

    static Path absolutePath(String text) throws BadValue {
        try {
            Path path = Path.of(text(text));
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // falls through to the one message
        }
        throw new BadValue("must be an absolute path", "start it with /");
    }

    static String host(String text) throws BadValue {
        Matcher withPort = HOST_AND_PORT.matcher(text);
        if (withPort.matches()) {
            throw new BadValue(
                    "must be one host name or one IP address, without a port",
                    "set it to %s, and the port %s in the variable for the port (PRIMARY_PORT)"
                            .formatted(withPort.group(1), withPort.group(2)));
        }
        if (!HOST.matcher(text).matches()) {
            throw new BadValue(
                    "must be one host name or one IP address, without a port",
                    "set the name only; the port has a variable of its own");
        }
        return text;
    }

    /// Hosts with or without a port; an IPv6 address with a port is in brackets.
    static List<HostPort> endpoints(String text) throws BadValue {
        List<HostPort> endpoints = new ArrayList<>();
        for (String item : SEPARATORS.splitAsStream(text).toList()) {
            if (!item.isEmpty()) {
                endpoints.add(endpoint(item));
            }
        }
        if (endpoints.isEmpty()) {
            throw new BadValue("must name at least one host", "for example db1,db2:5433");
        }
        return List.copyOf(endpoints);
    }

    /// A group of a Citus cluster; pg_dist_node keeps it in 32 bits.
    static int group(String text) throws BadValue {
        if (!text.strip().matches("[0-9]{1,9}")) {
            throw new BadValue("must be a whole number, 0 or more", "0 is the coordinator's");
        }
        return Integer.parseInt(text.strip());
    }

    static int timeline(String text) throws BadValue {
        if (!text.strip().matches("[1-9][0-9]{0,8}")) {
            throw new BadValue(
                    "must be the number of a timeline",
                    "take it from the refusal that asks for this variable");
        }
        return Integer.parseInt(text.strip());
    }

    static HostPort endpoint(String item) throws BadValue {
        Matcher parts = ENDPOINT.matcher(item);
        if (!parts.matches()) {
            throw new BadValue(
                    "must be hosts, each with or without a port, and no " + item,
                    "for example db1,db2:5433,[fd00::2]:5432");
        }
        String host = Optional.ofNullable(parts.group(1)).orElseGet(() -> parts.group(2));
        String port = parts.group(3);
        return new HostPort(host, port == null ? 5432 : port(port));
    }

    static String roleName(String text) throws BadValue {
        String name = identifier(text);
        if (name.startsWith("pg_") || name.equals("public") || name.equals("none")) {
            throw new BadValue(
                    "must not be public or none or start with pg_: PostgreSQL reserves these names",
                    "choose another");
        }
        // PostgreSQL 16 reads a user field that starts with / as a regular expression, quoted or
        // not.
        if (name.startsWith("/")) {
            throw new BadValue(
                    "must not start with /: pg_hba.conf reads such a name as a regular expression",
                    "choose another");
        }
        return name;
    }

    /// initdb quotes it badly or not at all (setup_auth), and CREATE EXTENSION plpgsql refuses such
    /// an owner (execute_extension_script).
    static String superuserName(String text) throws BadValue {
        String name = identifier(text);
        if (name.chars().anyMatch(c -> "\"'$\\".indexOf(c) >= 0)) {
            throw new BadValue(
                    "must not contain any of \" ' $ \\: initdb cannot make such a superuser",
                    "choose another; CREATE ROLE can make it in an init script");
        }
        if (name.startsWith("pg_")) {
            throw new BadValue(
                    "must not start with pg_: PostgreSQL reserves these names", "choose another");
        }
        return name;
    }

    static String identifier(String text) throws BadValue {
        if (text(text).chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new BadValue("must not contain control characters", "remove them");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
            throw new BadValue(
                    "must be at most %s bytes: PostgreSQL cuts longer names".formatted(NAME_BYTES),
                    "choose a shorter name");
        }
        return text;
    }

    /// The path of it, not its text.
    static Path pemFile(String text) throws BadValue {
        if (text.contains(Pem.BEGIN)) {
            throw new BadValue(
                    "holds the certificate or the key itself", "set it to the path of the file");
        }
        return absolutePath(text);
    }

    static String tlsVersion(String text) throws BadValue {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            if (version.equalsIgnoreCase(text.strip())) {
                return version;
            }
        }
        throw new BadValue("must be TLSv1.2 or TLSv1.3", "use one of them");
    }

    static <E extends Enum<E>> Variable.Parser<E> oneOf(Class<E> type) {
        String words =
                Arrays.stream(type.getEnumConstants())
                        .map(Spelling::of)
                        .collect(Collectors.joining(", "));
        return text -> {
            for (E constant : type.getEnumConstants()) {
                if (Spelling.of(constant).equalsIgnoreCase(text.strip())) {
                    return constant;
                }
            }
            throw new BadValue("must be one of " + words, "use one of them");
        };
    }

    /// In the order of the constants, so that the same set gives the same connection string.
    static List<AuthMethod> authMethods(String text) throws BadValue {
        Variable.Parser<AuthMethod> parser = oneOf(AuthMethod.class);
        Set<AuthMethod> methods = EnumSet.noneOf(AuthMethod.class);
        for (String item : SEPARATORS.splitAsStream(text).toList()) {
            if (!item.isEmpty()) {
                methods.add(parser.parse(item));
            }
        }
        if (methods.isEmpty()) {
            throw new BadValue("must name at least one method", "for example scram-sha-256");
        }
        return List.copyOf(methods);
    }

    static List<Network> networks(String text) throws BadValue {
        List<Network> networks = new ArrayList<>();
        for (String item : SEPARATORS.splitAsStream(text).toList()) {
            if (!item.isEmpty()) {
                networks.add(Network.parse(item));
            }
        }
        if (networks.isEmpty()) {
            throw new BadValue("must name at least one network", "for example 10.0.0.0/8");
        }
        return List.copyOf(networks);
    }
}
