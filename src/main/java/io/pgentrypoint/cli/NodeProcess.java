package io.pgentrypoint.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether there is a process that runs a node, by the command lines in /proc. HEALTHCHECK is
/// inherited by each container of the image, and in one that runs psql or pg_dump there is none.
/// PID 1 alone does not tell: under `docker run --init`, and with Kubernetes'
/// shareProcessNamespace, it is another program.
///
/// It is loaded for HEALTHCHECK: no string or lambda that the VM would have to link first.
final class NodeProcess {

    private static final String OPTIONS = "@/opt/entrypoint/java.options";
    private static final String JAR = "/entrypoint.jar";

    private NodeProcess() {}

    /// Where there is no /proc, one is expected.
    static boolean isExpected() {
        String[] processes = new File("/proc").list();
        if (processes == null || processes.length == 0) {
            return true;
        }
        for (String process : processes) {
            if (Character.isDigit(process.charAt(0)) && runsNode(words(process))) {
                return true;
            }
        }
        return false;
    }

    private static String[] words(String process) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", process, "cmdline"));
            return new String(line, StandardCharsets.ISO_8859_1).split("\0");
        } catch (IOException e) {
            // It has ended, or is hidden from us.
            return new String[0];
        }
    }

    /// `java … -jar …/entrypoint.jar [run|postgres|-OPTION] …`, or what the first line of the
    /// script makes of it: `java @OPTIONS SCRIPT [run|postgres|-OPTION] …`.
    static boolean runsNode(String[] words) {
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals(OPTIONS)) {
                return i + 1 < words.length && isServer(words, i + 2);
            }
            if (words[i].endsWith(JAR) && i > 0 && words[i - 1].equals("-jar")) {
                return isServer(words, i + 1);
            }
        }
        return false;
    }

    private static boolean isServer(String[] words, int first) {
        return first >= words.length
                || words[first].equals("run")
                || words[first].equals("postgres")
                || words[first].startsWith("-");
    }
}
