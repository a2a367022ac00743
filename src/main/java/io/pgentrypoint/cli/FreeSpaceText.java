package io.pgentrypoint.cli;

import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.report.Measures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How much room there is, for those who ask before a start. It is no part of a plan, which must
/// not change from minute to minute.
final class FreeSpaceText {

    private FreeSpaceText() {}

    static List<String> lines(Volume volume) {
        return spaces(volume)
                .map(space ->
                        "room: %s has %s of %s free"
                                .formatted(
                                        space.directory(),
                                        Measures.bytes(space.free()),
                                        Measures.bytes(space.total())))
                .toList();
    }

    static List<Map<String, Object>> document(Volume volume) {
        return spaces(volume)
                .map(space ->
                        Json.object(
                                "directory", space.directory().toString(),
                                "freeBytes", space.free(),
                                "totalBytes", space.total()))
                .toList();
    }

    private static Stream<Space> spaces(Volume volume) {
        return Stream.of(volume.data(), volume.wal()).flatMap(Optional::stream);
    }
}
