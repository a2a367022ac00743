package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerPortTest {

    private static int port() {
        return ServerPort.in(Map.of(), new ValueFiles());
    }

    private static int port(String name, String value) {
        return ServerPort.in(Map.of(name, value), new ValueFiles());
    }

    @Test
    void it_has_the_names_of_the_variable() {
        List<String> names = new ArrayList<>(List.of(Variables.PGPORT.name()));
        names.addAll(Variables.PGPORT.aliases());
        assertThat(ServerPort.NAMES).containsExactlyElementsOf(names);
        assertThat(String.valueOf(port())).isEqualTo(Variables.PGPORT.fallback());
    }

    @Test
    void each_name_says_the_port(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("port"), "5433\n");
        for (String name : ServerPort.NAMES) {
            assertThat(port(name, "5433")).isEqualTo(5433);
            assertThat(port(name + "_FILE", file.toString())).isEqualTo(5433);
        }
        assertThat(
                        ServerPort.in(
                                Map.of("PGPORT", "5434", "POSTGRESQL_PORT_NUMBER", "5433"),
                                new ValueFiles()))
                .isEqualTo(5434);
    }

    @Test
    void what_is_no_port_is_the_usual_one() {
        assertThat(port("PGPORT", "many")).isEqualTo(5432);
        assertThat(port("PGPORT", "")).isEqualTo(5432);
        assertThat(port("PGPORT_FILE", "/nonexistent")).isEqualTo(5432);
    }
}
