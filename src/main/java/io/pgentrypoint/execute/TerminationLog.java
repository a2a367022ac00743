package io.pgentrypoint.execute;

import io.pgentrypoint.report.Masks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kubernetes shows this file as the container's termination message. It is there or it is not; we
/// never create it.
public final class TerminationLog {

    private static final Logger LOG = LoggerFactory.getLogger(TerminationLog.class);
    private static final Path FILE = Path.of("/dev/termination-log");

    // What the kubelet takes from it.
    private static final int MOST = 4096;

    private TerminationLog() {}

    public static void write(String text) {
        write(FILE, text);
    }

    static void write(Path file, String text) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        byte[] bytes = Masks.apply(text).getBytes(StandardCharsets.UTF_8);
        ByteBuffer first = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, MOST));
        try (FileChannel channel =
                FileChannel.open(
                        file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (first.hasRemaining()) {
                channel.write(first);
            }
        } catch (IOException e) {
            LOG.debug("Cannot write {}: {}", file, e.toString());
        }
    }
}
