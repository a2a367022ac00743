package io.pgentrypoint.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Variables that children do not get. The JDK starts a program by way of a helper program of its
/// own (jspawnhelper), and that one gets the environment of this process as the C library knows it,
/// whatever the child shall have: for a moment every process of the same user could read a password
/// there. So they leave it for good. Java's own copy, from the first `System.getenv`, stays.
final class WithheldVariables {

    private static final Set<String> DONE = ConcurrentHashMap.newKeySet();

    private WithheldVariables() {}

    static void from(Set<String> inherited, Set<String> wanted) {
        for (String name : inherited) {
            if (!wanted.contains(name) && DONE.add(name) && Posix.available()) {
                Posix.unsetenv(name);
            }
        }
    }
}
