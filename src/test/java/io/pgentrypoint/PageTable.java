package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A table of a document that is made from the code. As [Golden]: `-Dgolden.update=true` writes it.
public final class PageTable {

    private static final String END = "\n<!-- end -->";

    private PageTable() {}

    /// @param source named in the comment before the table
    public static void matches(String page, String source, List<String> lines) {
        Path file = Path.of(page);
        String begin = "<!-- from %s; `-Dgolden.update=true` writes it -->\n\n".formatted(source);
        String wanted = String.join("\n", lines) + "\n";
        try {
            String text = Files.readString(file);
            assertThat(text).as("where the table of %s goes", source).contains(begin);
            int from = text.indexOf(begin) + begin.length();
            int to = text.indexOf(END, from);
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(file, text.substring(0, from) + wanted + text.substring(to));
            } else {
                assertThat(text.substring(from, to))
                        .as("the table in %s; write it with -Dgolden.update=true", page)
                        .isEqualTo(wanted);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
