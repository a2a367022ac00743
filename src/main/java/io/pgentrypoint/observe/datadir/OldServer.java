package io.pgentrypoint.observe.datadir;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;

/// What the server of an older cluster says of it: what the new cluster has to be made with, and
/// what stands in the way of an upgrade. [#text()] is what the file holds, and [#parse(String)]
/// reads it.
///
/// @param checkpoint where the cluster was shut down afterwards: a server that runs later moves it
/// @param superuser the one that initdb made, whatever it is called
/// @param locale of template0, to which pg_upgrade compares the new one
/// @param bytes of all databases together
/// @param prepared transactions that are neither committed nor rolled back
/// @param slots logical replication slots, by name
/// @param extensions of all databases that let sessions in
/// @param shares whether copies of files share their blocks on this file system
public record OldServer(
        String checkpoint,
        String superuser,
        Locale locale,
        boolean checksums,
        long bytes,
        int prepared,
        String slots,
        List<Installed> extensions,
        boolean shares) {

    public OldServer {
        extensions = List.copyOf(extensions);
    }

    /// An extension of one database.
    public record Installed(String database, String name, String version) {}

    /// @param provider as pg_database has it: c, i or b
    /// @param name of the provider's locale, where it is not that of the C library
    public record Locale(
            String encoding,
            String collate,
            String ctype,
            String provider,
            Optional<String> name,
            Optional<String> rules) {}

    public OldServer with(List<Installed> found) {
        return new OldServer(
                checkpoint, superuser, locale, checksums, bytes, prepared, slots, found, shares);
    }

    /// Once it has stopped.
    public OldServer at(String shutDown, boolean copiesShare) {
        return new OldServer(
                shutDown,
                superuser,
                locale,
                checksums,
                bytes,
                prepared,
                slots,
                extensions,
                copiesShare);
    }

    public String text() {
        Properties values = new Properties();
        values.setProperty("checkpoint", checkpoint);
        values.setProperty("superuser", superuser);
        values.setProperty("encoding", locale.encoding());
        values.setProperty("collate", locale.collate());
        values.setProperty("ctype", locale.ctype());
        values.setProperty("provider", locale.provider());
        locale.name().ifPresent(name -> values.setProperty("locale", name));
        locale.rules().ifPresent(rules -> values.setProperty("rules", rules));
        values.setProperty("checksums", String.valueOf(checksums));
        values.setProperty("bytes", String.valueOf(bytes));
        values.setProperty("prepared", String.valueOf(prepared));
        values.setProperty("slots", slots);
        for (int i = 0; i < extensions.size(); i++) {
            Installed each = extensions.get(i);
            values.setProperty("extension.%s.database".formatted(i), each.database());
            values.setProperty("extension.%s.name".formatted(i), each.name());
            values.setProperty("extension.%s.version".formatted(i), each.version());
        }
        values.setProperty("extensions", String.valueOf(extensions.size()));
        values.setProperty("shares", String.valueOf(shares));
        values.setProperty("whole", "true");
        StringWriter text = new StringWriter();
        try {
            values.store(text, null);
        } catch (IOException e) {
            throw new IllegalStateException("no text", e);
        }
        return text.toString();
    }

    /// What was written; empty where it was not, or not all of it: then the server is asked again.
    public static Optional<OldServer> parse(String text) {
        Properties values = new Properties();
        try {
            values.load(new StringReader(text));
            return values.containsKey("whole") ? Optional.of(of(values)) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Installed> extensions(Properties values) {
        return IntStream.range(0, Integer.parseInt(values.getProperty("extensions", "")))
                .mapToObj(i ->
                        new Installed(
                                values.getProperty("extension.%s.database".formatted(i), ""),
                                values.getProperty("extension.%s.name".formatted(i), ""),
                                values.getProperty("extension.%s.version".formatted(i), "")))
                .toList();
    }

    private static OldServer of(Properties values) {
        return new OldServer(
                values.getProperty("checkpoint", ""),
                values.getProperty("superuser", ""),
                new Locale(
                        values.getProperty("encoding", ""),
                        values.getProperty("collate", ""),
                        values.getProperty("ctype", ""),
                        values.getProperty("provider", ""),
                        Optional.ofNullable(values.getProperty("locale")),
                        Optional.ofNullable(values.getProperty("rules"))),
                Boolean.parseBoolean(values.getProperty("checksums")),
                Long.parseLong(values.getProperty("bytes", "")),
                Integer.parseInt(values.getProperty("prepared", "")),
                values.getProperty("slots", ""),
                extensions(values),
                Boolean.parseBoolean(values.getProperty("shares")));
    }
}
