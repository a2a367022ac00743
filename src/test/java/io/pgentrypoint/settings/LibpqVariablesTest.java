package io.pgentrypoint.settings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.Secret;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A connection to the upstream takes nothing from the environment.
class LibpqVariablesTest {

    private static final String VALUE = "of the environment";

    static Stream<String> variables() {
        return LibpqVariables.ALL.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("variables")
    void a_child_that_may_connect_to_another_node_does_not_get_it(String variable) {
        for (Map<String, String> environment :
                Stream.of(
                                Environments.replica(),
                                Environments.primary("PEER_HOSTS", "db2"),
                                Environments.patroni())
                        .toList()) {
            environment.put(variable, VALUE);
            environment.put("TZ", "UTC");
            assertThat(Environments.parse(environment).childEnvironment())
                    .containsEntry("TZ", "UTC")
                    .doesNotContainKey(variable);
        }
    }

    @ParameterizedTest
    @MethodSource("variables")
    void an_init_script_gets_it_as_from_the_official_image(String variable) {
        Settings settings =
                Environments.parse(Environments.primary("PEER_HOSTS", "db2", variable, VALUE));
        if (LibpqVariables.PLACE.contains(variable)) {
            assertThat(settings.withheld()).doesNotContainKey(variable);
        } else {
            assertThat(settings.withheld()).containsEntry(variable, new Secret(VALUE));
        }
    }

    @Test
    void a_standalone_node_passes_on_all_but_the_password() {
        Map<String, String> environment = Environments.standalone("POSTGRES_PASSWORD", "s3cret");
        LibpqVariables.ALL.forEach(name -> environment.put(name, VALUE));
        Set<String> passed = new TreeSet<>(LibpqVariables.ALL);
        passed.remove("PGPASSWORD");
        assertThat(Environments.parse(environment).childEnvironment())
                .containsKeys(passed.toArray(String[]::new))
                .doesNotContainKey("PGPASSWORD");
    }

    @Test
    void the_list_has_each_variable_of_the_libpq_that_is_installed_here() throws Throwable {
        Set<String> own = ofInstalledLibpq();
        assertThat(own).contains("PGHOST", "PGPORT", "PGCHANNELBINDING");
        own.remove("PGPORT");
        assertThat(LibpqVariables.ALL).containsAll(own);
    }

    /// By PQconndefaults: an array of PQconninfoOption that ends with one without a keyword.
    @SuppressWarnings("restricted") // no other way to ask a C library
    private static Set<String> ofInstalledLibpq() throws Throwable {
        MemoryLayout option =
                MemoryLayout.structLayout(
                        ADDRESS.withName("keyword"),
                        ADDRESS.withName("envvar"),
                        ADDRESS.withName("compiled"),
                        ADDRESS.withName("val"),
                        ADDRESS.withName("label"),
                        ADDRESS.withName("dispchar"),
                        JAVA_INT.withName("dispsize"),
                        MemoryLayout.paddingLayout(4));
        Set<String> variables = new TreeSet<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first =
                    (MemorySegment)
                            Linker.nativeLinker()
                                    .downcallHandle(
                                            SymbolLookup.libraryLookup("libpq.so.5", arena)
                                                    .findOrThrow("PQconndefaults"),
                                            FunctionDescriptor.of(ADDRESS))
                                    .invokeExact();
            MemorySegment options = first.reinterpret(option.byteSize() * 200);
            for (long at = 0; !isNull(options, at); at += option.byteSize()) {
                MemorySegment name = options.get(ADDRESS, at + ADDRESS.byteSize());
                if (!name.equals(MemorySegment.NULL)) {
                    variables.add(name.reinterpret(100).getString(0));
                }
            }
        }
        return variables;
    }

    private static boolean isNull(MemorySegment options, long at) {
        return options.get(ADDRESS, at).equals(MemorySegment.NULL);
    }
}
