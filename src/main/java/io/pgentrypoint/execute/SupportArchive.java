package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A zip file of texts for those who help, readable by its owner alone until that one passes it on.
public final class SupportArchive {

    private SupportArchive() {}

    /// @param file a new one: no other is overwritten
    public static void write(Path file, Map<String, String> texts) throws IOException {
        try (OutputStream out =
                        Channels.newOutputStream(
                                Files.newByteChannel(
                                        file,
                                        Set.of(
                                                StandardOpenOption.CREATE_NEW,
                                                StandardOpenOption.WRITE),
                                        PosixFilePermissions.asFileAttribute(
                                                AtomicFiles.PRIVATE)));
                ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                zip.putNextEntry(new ZipEntry(text.getKey()));
                zip.write((text.getValue() + "\n").getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }
}
