package io.pgentrypoint.observe;

import io.pgentrypoint.report.Secret;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a cluster has of ours, so that nothing is rewritten that is already right.
///
/// @param settings the text of our settings file
/// @param settingsIncluded whether postgresql.conf has our include line
/// @param hbaBlock our block of pg_hba.conf, marks included
/// @param autoSettings names set in postgresql.auto.conf, which wins over every other file, in the
///   order of the alphabet
public record ManagedFiles(
        Optional<String> settings,
        boolean settingsIncluded,
        Optional<String> hbaBlock,
        Set<String> autoSettings,
        Optional<Secret> passFile) {

    public ManagedFiles {
        autoSettings = Collections.unmodifiableSet(new TreeSet<>(autoSettings));
    }

    public static ManagedFiles none() {
        return new ManagedFiles(
                Optional.empty(), false, Optional.empty(), Set.of(), Optional.empty());
    }
}
