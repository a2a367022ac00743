package io.pgentrypoint.execute.server;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings by which a bootstrap server differs from the real one.
///
/// A reload by a script compares the configuration files with what the server runs with, its
/// arguments included, and complains of a difference (set_config_option of guc.c). So they are in
/// the files, too, of a server for scripts.
///
/// @param file outside the cluster: a backup that a script takes is then not one of this server
/// @param inFiles whether postgresql.conf includes that file meanwhile: only in a cluster that a
///   crash throws away
record BootstrapSettings(Layout layout, List<String> settings, Path file, boolean inFiles) {

    static BootstrapSettings of(
            Layout layout,
            Path work,
            ScriptRun.Sockets sockets,
            int port,
            BootstrapServer.Terms terms)
            throws IOException {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                // Of a configuration directory that the user's -D names.
                                "data_directory=" + layout.dataDirectory(),
                                "listen_addresses=",
                                "unix_socket_directories=" + sockets.setting(),
                                "synchronous_standby_names=",
                                "port=" + port));
        if (terms.ownRules()) {
            Path rules = work.resolve("pg_hba.conf");
            AtomicFiles.write(rules, "local all all trust\nlocal replication all trust\n");
            settings.add("hba_file=" + rules);
            // The rules let everyone in, so only this user and root may reach the socket.
            settings.add("unix_socket_permissions=0700");
        }
        // Nothing needs to survive a crash here: an interrupted first boot is thrown away, a
        // finished one is synced as a whole. WAL of a cluster that may be thrown away must not be
        // in the archive: the next cluster's has the same names.
        if (!terms.keepsData()) {
            settings.addAll(List.of("fsync=off", "full_page_writes=off", "archive_mode=off"));
        }
        if (Files.exists(layout.restoredMark())) {
            settings.add("max_logical_replication_workers=0");
        }
        if (terms.staged()) {
            settings.add("logging_collector=off");
        }
        terms.mark().ifPresent(settings::add);
        return new BootstrapSettings(
                layout, settings, work.resolve("bootstrap.conf"), !terms.keepsData());
    }

    List<String> arguments() {
        return settings.stream().flatMap(setting -> Stream.of("-c", setting)).toList();
    }

    /// For a cluster that is kept, or whose configuration lies elsewhere: no file of it is changed.
    /// The server reads a file of ours that includes its own.
    ///
    /// @param configuration its config_file
    BootstrapSettings around(String configuration) throws IOException {
        AtomicFiles.write(file, "include %s\n%s".formatted(Quoting.conf(configuration), text()));
        List<String> all = new ArrayList<>(settings);
        all.add("config_file=" + file);
        return new BootstrapSettings(layout, all, file, false);
    }

    private String text() {
        return settings.stream()
                .map(setting -> setting.split("=", 2))
                .map(parts -> "%s = %s\n".formatted(parts[0], Quoting.conf(parts[1])))
                .collect(Collectors.joining());
    }

    void putIntoFiles() throws IOException {
        if (inFiles) {
            AtomicFiles.write(file, text());
            String text = InputFile.latin1(layout.postgresqlConf());
            write(text + (text.endsWith("\n") ? "" : "\n") + line() + "\n");
        }
    }

    /// A script may have replaced postgresql.conf, or have filled the directory with another
    /// cluster.
    void takeOutOfFiles() throws IOException {
        if (inFiles && Files.exists(layout.postgresqlConf())) {
            String text = InputFile.latin1(layout.postgresqlConf());
            String line = line() + "\n";
            if (text.contains(line)) {
                write(text.replace(line, ""));
            }
        }
    }

    private void write(String text) throws IOException {
        AtomicFiles.edit(layout.postgresqlConf(), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String line() {
        return "include_if_exists = " + Quoting.conf(file.toString());
    }
}
