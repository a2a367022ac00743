package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.report.Secret;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a cluster has of ours, so that nothing is rewritten that is already right.
///
/// @param settings the text of our settings file
/// @param settingsIncluded whether postgresql.conf has our include line
/// @param hbaBlock our block of pg_hba.conf, marks included
/// @param missing those of the files of [#CONFIGURATION] that the data directory does not have: an
///   image that keeps them elsewhere leaves such a volume behind
/// @param autoSettings names set in postgresql.auto.conf, which wins over every other file, in the
///   order of the alphabet
/// @param tls what the server reads for TLS
public record ManagedFiles(
        Optional<String> settings,
        boolean settingsIncluded,
        Optional<String> hbaBlock,
        Set<String> autoSettings,
        Optional<Secret> passFile,
        Set<String> missing,
        TlsFiles tls) {

    /// What initdb puts into every data directory for the user to edit.
    public static final List<String> CONFIGURATION =
            List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf");

    public ManagedFiles {
        autoSettings = Collections.unmodifiableSet(new TreeSet<>(autoSettings));
        missing = Collections.unmodifiableSet(new TreeSet<>(missing));
    }

    /// Of a data directory in which none is missing.
    public ManagedFiles(
            Optional<String> settings,
            boolean settingsIncluded,
            Optional<String> hbaBlock,
            Set<String> autoSettings,
            Optional<Secret> passFile) {
        this(settings, settingsIncluded, hbaBlock, autoSettings, passFile, Set.of());
    }

    /// Without TLS.
    public ManagedFiles(
            Optional<String> settings,
            boolean settingsIncluded,
            Optional<String> hbaBlock,
            Set<String> autoSettings,
            Optional<Secret> passFile,
            Set<String> missing) {
        this(
                settings,
                settingsIncluded,
                hbaBlock,
                autoSettings,
                passFile,
                missing,
                TlsFiles.none());
    }

    public static ManagedFiles none() {
        return new ManagedFiles(
                Optional.empty(), false, Optional.empty(), Set.of(), Optional.empty());
    }
}
