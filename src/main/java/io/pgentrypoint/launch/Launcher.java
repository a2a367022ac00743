package io.pgentrypoint.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;

/**
 * Where the JVM starts. Compiled for Java 8, so that an older Java can load it and say which one is
 * needed, instead of printing a class file version.
 */
public final class Launcher {

    private static final int NEEDED = 25;
    private static final int USAGE = 64;
    private static final String ENSURE = "docker-ensure-initdb.sh";

    private Launcher() {}

    public static void main(String[] args) throws Throwable {
        int found = major(System.getProperty("java.specification.version"));
        if (found < NEEDED) {
            System.err.println(
                    "cannot run on Java "
                            + found
                            + " ("
                            + System.getProperty("java.home")
                            + "): entrypoint needs Java "
                            + NEEDED
                            + " or newer; start it with that one's bin/java -jar");
            System.exit(USAGE);
        }
        String[] words = own(args);
        // An engine runs it every few seconds: straight there, past everything that Main needs.
        String entry = words.length == 1 && words[0].equals("healthcheck") ? "Healthcheck" : "Main";
        try {
            Class.forName("io.pgentrypoint.cli.".concat(entry))
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) words);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /**
     * A script's first line is called with the script's own path before the arguments. Under two of
     * its names the script is a command of the official image.
     */
    private static String[] own(String[] args) {
        if (!Boolean.getBoolean("entrypoint.script") || args.length == 0) {
            return args;
        }
        String name = args[0].substring(args[0].lastIndexOf('/') + 1);
        String[] words = Arrays.copyOfRange(args, 1, args.length);
        boolean runsServer =
                words.length == 0 || words[0].equals("postgres") || words[0].startsWith("-");
        if (name.equals(ENSURE)
                || name.equals("docker-enforce-initdb.sh")
                || (runsServer && isCopyThatServesNothing(args[0]))) {
            String[] named = args.clone();
            named[0] = name.equals("docker-enforce-initdb.sh") ? name : ENSURE;
            return named;
        }
        return words;
    }

    /**
     * Dockerfiles that bake a database into an image run a copy of the official script without its
     * last command, so that it initializes and ends.
     */
    private static boolean isCopyThatServesNothing(String script) {
        try {
            String text = new String(Files.readAllBytes(Paths.get(script)), ISO_8859_1);
            return text.startsWith("#!/usr/bin/env -S --block-signal=")
                    && !text.contains("\nexec \"$@\"\n");
        } catch (IOException e) {
            return false;
        }
    }

    /** Java 8 calls itself 1.8. */
    private static int major(String specification) {
        String number = specification.startsWith("1.") ? specification.substring(2) : specification;
        int dot = number.indexOf('.');
        return Integer.parseInt(dot < 0 ? number : number.substring(0, dot));
    }
}
