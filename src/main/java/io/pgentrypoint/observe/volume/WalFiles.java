package io.pgentrypoint.observe.volume;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The files of a write-ahead log.
///
/// @param segment size of one
/// @param end the position behind the last of them; files that are kept for later use count
/// @param waiting how many are to be archived
record WalFiles(int count, long bytes, long segment, long end, long waiting) {

    private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");
    private static final int TIMELINE = 8;
    private static final int LOG = 16;
    private static final int HEX = 16;

    static WalFiles read(Path directory) {
        int count = 0;
        long bytes = 0;
        long segment = 0;
        long end = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (NAME.matcher(name).matches()) {
                    long size = Files.size(file);
                    count++;
                    bytes += size;
                    segment = Math.max(segment, size);
                    end = Math.max(end, position(name, size) + size);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A server that still ends may remove files meanwhile.
            return new WalFiles(count, bytes, segment, end, 0);
        }
        return new WalFiles(count, bytes, segment, end, ready(directory.resolve("archive_status")));
    }

    /// XLogFileName: timeline, number of 4 GB, segment within them.
    private static long position(String name, long size) {
        return (Long.parseLong(name.substring(TIMELINE, LOG), HEX) << 32)
                + Long.parseLong(name.substring(LOG), HEX) * size;
    }

    private static long ready(Path status) {
        long ready = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(status, "*.ready")) {
            for (Path _ : files) {
                ready++;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return ready;
        }
        return ready;
    }

    long since(long position) {
        return Math.clamp(end - position, 0, bytes);
    }
}
