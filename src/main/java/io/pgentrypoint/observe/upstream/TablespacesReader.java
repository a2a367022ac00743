package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.connect.ReplicationConnection;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Asks a server where its tablespaces are. The replication protocol tells that only by a base
/// backup, which begins with a checkpoint; so an ordinary session of the same role asks, in the
/// database that pg_rewind uses too.
public final class TablespacesReader {

    private static final String DATABASE = "postgres";

    // The two of its own have no location.
    private static final String LOCATIONS =
            """
            SELECT location FROM pg_catalog.pg_tablespace AS t, \
            pg_catalog.pg_tablespace_location(t.oid) AS location WHERE location <> '' \
            ORDER BY location\
            """;

    private TablespacesReader() {}

    public static Tablespaces ask(ReplicationConnection server) {
        try (Connection connection = server.openDatabase(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOCATIONS)) {
            List<Path> places = new ArrayList<>();
            while (row.next()) {
                Path place = Path.of(row.getString(1));
                // allow_in_place_tablespaces: a directory of pg_tblspc, no link.
                if (place.isAbsolute()) {
                    places.add(place);
                }
            }
            return new Tablespaces.At(places);
        } catch (SQLException e) {
            return new Tablespaces.Unanswered(UpstreamFailure.of(e).detail());
        } catch (InvalidPathException e) {
            return new Tablespaces.Unanswered(String.valueOf(e.getMessage()));
        }
    }
}
