package io.pgentrypoint.observe.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationFinderTest {

    @TempDir private Path directory;

    private Installation find(String path) {
        return new InstallationFinder(
                        Map.of("PATH", path),
                        new Programs(new StopRequest()),
                        directory.resolve("packages"))
                .find();
    }

    private Path program(String where, String says) throws IOException {
        Path bin = Files.createDirectories(directory.resolve(where));
        Path postgres = bin.resolve("postgres");
        Files.writeString(postgres, "#!/bin/sh\n" + says + "\n");
        Files.setPosixFilePermissions(postgres, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin.toRealPath();
    }

    @Test
    void the_programs_that_are_installed_are_found_without_a_path() {
        Installation installation =
                new InstallationFinder(Map.of("PATH", "/nowhere"), new Programs(new StopRequest()))
                        .find();
        assertThat(installation.binDirectory()).isEqualTo(RealCluster.programs());
        assertThat(installation.program("initdb"))
                .isEqualTo(RealCluster.programs().resolve("initdb").toString());
    }

    @Test
    void the_path_comes_before_the_packages() throws IOException {
        program("packages/18/bin", "echo 'postgres (PostgreSQL) 18.6'");
        Path own = program("own/bin", "echo 'postgres (PostgreSQL) 17beta1 (Own 17~beta1-1)'");
        assertThat(find("/nowhere::relative:" + own)).isEqualTo(new Installation(own, 17));
    }

    @Test
    void of_the_packages_the_newest_is_taken() throws IOException {
        program("packages/9/bin", "echo 'postgres (PostgreSQL) 9.6.1'");
        Path newest = program("packages/18/bin", "echo 'postgres (PostgreSQL) 18devel'");
        Files.createDirectories(directory.resolve("packages/19/lib"));
        Files.createDirectories(directory.resolve("packages/common"));
        assertThat(find("")).isEqualTo(new Installation(newest, 18));
    }

    @Test
    void a_symbolic_link_leads_to_the_directory_of_the_other_programs() throws IOException {
        Path bin = program("pgsql/bin", "echo 'postgres (PostgreSQL) 16.1'");
        Path links = Files.createDirectory(directory.resolve("links"));
        Files.createSymbolicLink(links.resolve("postgres"), bin.resolve("postgres"));
        assertThat(find(links.toString()).binDirectory()).isEqualTo(bin);
    }

    @Test
    void the_places_that_were_searched_are_named_when_there_is_none() {
        assertThatThrownBy(() -> find("/nowhere"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.exitCode()).isEqualTo(78))
                .hasMessageStartingWith("cannot find the program postgres")
                .hasMessageContaining("PATH=/nowhere")
                .hasMessageContaining(directory.resolve("packages/*/bin").toString());
    }

    @Test
    void a_program_that_does_not_work_is_shown_with_what_it_says() throws IOException {
        Path broken = program("broken", "echo 'libpq.so.5: not found' >&2; exit 127");
        assertThatThrownBy(() -> find(broken.toString()))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.exitCode()).isEqualTo(78))
                .hasMessageContaining(broken.toString())
                .hasMessageContaining("libpq.so.5: not found");
    }

    private Installation withExtension(String name, String control) throws IOException {
        Path share = Files.createDirectories(directory.resolve("own/share/extension"));
        Files.writeString(share.resolve(name + ".control"), control);
        return new Installation(directory.resolve("own/bin"), 17);
    }

    @Test
    void an_extension_has_the_version_of_its_file_if_its_library_is_there() throws IOException {
        Path lib = Files.createDirectories(directory.resolve("own/lib"));
        Installation own =
                withExtension(
                        "maps",
                        "comment = 'a'\ndefault_version = '3.4.1'\nmodule_pathname = '$libdir/maps-3'\n");
        assertThat(own.extensionVersion("maps")).isEmpty();
        Files.createFile(lib.resolve("maps-3.so"));
        assertThat(own.extensionVersion("maps")).contains("3.4.1");
        assertThat(withExtension("texts", "default_version='1.0'\n").extensionVersion("texts"))
                .contains("1.0");
        assertThat(own.extensionVersion("unknown")).isEmpty();
    }
}
