package io.pgentrypoint;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md as a test: who imports whom, and who may do what to the world.
class ArchitectureTest {

    private static final String BASE = "io.pgentrypoint";
    private static final Path SOURCES = Path.of("src/main/java/io/pgentrypoint");
    private static final JavaClasses CLASSES = compiled();

    /// From a package to the packages that it may import.
    private static final Map<String, Set<String>> ALLOWED =
            Map.ofEntries(
                    entry("launch", Set.of()),
                    entry("report", Set.of()),
                    entry("process", Set.of("report")),
                    entry("connect", Set.of("report")),
                    entry("patroni", packages("connect report")),
                    entry("settings.mode", packages("connect patroni report")),
                    entry("settings", packages("settings.mode connect patroni report")),
                    entry("config", packages("settings settings.mode patroni report connect")),
                    entry("observe.postgres", packages("settings process report")),
                    entry(
                            "observe.access",
                            packages(
                                    "observe.datadir observe.postgres observe.volume observe.wal settings process report")),
                    entry("observe.scripts", packages("settings settings.mode process report")),
                    entry("observe.volume", packages("settings process report")),
                    entry(
                            "observe.wal",
                            packages(
                                    "observe.volume settings settings.mode process connect report")),
                    entry(
                            "observe.datadir",
                            packages("observe.postgres observe.wal settings process report")),
                    entry("observe.upstream", packages("observe.wal settings.mode connect report")),
                    entry(
                            "observe",
                            packages(
                                    "observe.datadir observe.postgres observe.scripts observe.upstream observe.volume observe.wal settings settings.mode patroni process report connect")),
                    entry(
                            "plan.step",
                            packages(
                                    "observe.access observe.datadir observe.scripts observe.volume settings settings.mode patroni report")),
                    entry(
                            "plan.text",
                            packages(
                                    "plan.step observe observe.access observe.datadir observe.scripts observe.upstream observe.wal settings settings.mode patroni connect observe.volume report")),
                    entry(
                            "plan.rule",
                            packages(
                                    "plan.step plan.text observe observe.datadir observe.upstream observe.volume observe.wal config settings settings.mode connect report observe.postgres")),
                    entry(
                            "plan.mode",
                            packages(
                                    "plan.rule plan.step plan.text observe observe.datadir observe.scripts observe.upstream observe.volume observe.wal config settings settings.mode patroni report observe.postgres connect")),
                    entry(
                            "plan",
                            packages(
                                    "plan.mode plan.rule plan.step plan.text observe observe.access observe.datadir settings settings.mode report observe.postgres")),
                    entry("execute.files", Set.of("report")),
                    entry(
                            "execute.sql",
                            packages(
                                    "execute.files plan.step observe.postgres observe.upstream config settings settings.mode process connect report")),
                    entry(
                            "execute.lock",
                            packages(
                                    "execute.files observe.volume plan.text settings process report")),
                    entry(
                            "execute.root",
                            packages("plan.step plan.text observe.access process report settings")),
                    entry(
                            "execute.move",
                            packages(
                                    "execute.files execute.root observe.datadir observe.volume observe.wal settings process report")),
                    entry(
                            "execute.server",
                            packages(
                                    "execute.files execute.move execute.sql plan.step observe observe.datadir observe.postgres observe.scripts observe.upstream observe.volume observe.wal config settings settings.mode process connect report")),
                    entry(
                            "execute.upgrade",
                            packages(
                                    "execute.files execute.server plan.step observe observe.datadir observe.postgres settings process connect report")),
                    entry(
                            "execute",
                            packages(
                                    "execute.files execute.lock execute.move execute.root execute.server execute.sql execute.upgrade plan.step plan.text observe observe.access observe.datadir observe.postgres observe.scripts observe.upstream observe.volume config settings settings.mode patroni process connect report")),
                    entry("supervise", packages("process connect report")),
                    entry("probe", packages("patroni process connect report")),
                    entry(
                            "run",
                            packages(
                                    "supervise execute execute.lock execute.sql plan plan.mode plan.rule plan.step plan.text observe observe.access observe.datadir observe.postgres settings settings.mode patroni process connect report observe.scripts")),
                    entry(
                            "cli",
                            packages(
                                    "run supervise probe execute execute.lock plan plan.rule plan.step plan.text observe observe.access observe.datadir observe.postgres observe.upstream observe.wal observe.volume config settings settings.mode patroni process connect report plan.mode")));

    private static Set<String> packages(String names) {
        return Set.of(names.split(" "));
    }

    /// Packages of which a part only may be imported, by the simple names of types.
    private static final Map<String, Predicate<String>> ALLOWED_PARTS = allowedParts();

    private static Map<String, Predicate<String>> allowedParts() {
        Map<String, Predicate<String>> parts = new TreeMap<>();
        parts.put("execute -> config", "Quoting"::equals);
        parts.put("execute.sql -> config", "Quoting"::equals);
        parts.put("execute.server -> config", "Quoting"::equals);
        parts.put("settings.mode -> connect", "HostPort"::equals);
        parts.put("settings -> connect", "HostPort"::equals);
        parts.put("patroni -> connect", "HostPort"::equals);
        for (String from : packages("config observe plan.mode plan.rule plan.text")) {
            parts.put(from + " -> connect", "HostPort"::equals);
        }
        // Values and words; what asks a network is elsewhere.
        parts.put("settings -> patroni", Set.of("PatroniConfiguration", "DcsAddress")::contains);
        parts.put("config -> patroni", Set.of("PatroniConfiguration", "YamlText")::contains);
        // What observe has seen, not how it looks.
        Predicate<String> values = name -> !name.endsWith("Reader") && !name.equals("Observer");
        for (String from : packages("plan plan.mode plan.rule plan.step plan.text")) {
            ALLOWED.get(from).stream()
                    .filter(to -> to.startsWith("observe"))
                    .forEach(to -> parts.put(from + " -> " + to, values));
            parts.put(
                    from + " -> patroni",
                    Set.of("Dcs", "DcsAddress", "PatroniConfiguration", "PatroniEnvironment")
                            ::contains);
        }
        return parts;
    }

    /// A write that is not in `execute`, and why it may stay where it is.
    private static final Map<String, String> WRITES_ELSEWHERE =
            Map.of(
                    "process.Relay",
                    "writes what the server prints to our own stdout and stderr, byte for byte",
                    "process.OpenFile",
                    "the calls themselves",
                    "probe.StatusSocket",
                    "removes the socket of a killed predecessor and sets the mode of its own, in /run and"
                            + " never in a volume");

    private static final Pattern WRITING_FILES_METHOD =
            Pattern.compile(
                    "(write|create|delete|set).*|move|copy|newOutputStream|newBufferedWriter"
                            + "|newByteChannel");
    private static final Pattern WRITING_FILE_METHOD =
            Pattern.compile("(delete|create|mkdir|set).*|renameTo");
    private static final Set<String> WRITING_OPEN_FILE =
            Set.of("makeFile", "makeDirectory", "remove", "give", "mode", "now");
    private static final Set<String> WRITING_STREAMS =
            Set.of(
                    "java.io.FileOutputStream",
                    "java.io.FileWriter",
                    "java.io.RandomAccessFile",
                    "java.nio.channels.AsynchronousFileChannel");

    /// Only our own: reading the classes of every library as well takes ten times as long, and no
    /// rule asks what they are.
    private static JavaClasses compiled() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        // Beside it lie the classes of picocli, compiled for this Java.
        return new ClassFileImporter().importPath(Path.of("target/classes/io/pgentrypoint"));
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(BASE) ? "" : name.substring(BASE.length() + 1);
    }

    private static String shown(JavaClass type) {
        return outermost(type).getName().substring(BASE.length() + 1);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getName().startsWith(BASE + ".");
    }

    private static Stream<Dependency> dependencies() {
        return CLASSES.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream());
    }

    /// Classes that depend on what the predicate says.
    private static Set<String> usersOf(Predicate<JavaClass> wanted) {
        return dependencies()
                .filter(dependency -> wanted.test(dependency.getTargetClass()))
                .map(dependency -> shown(dependency.getOriginClass()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Classes that call a method or a constructor, or read a field, that the predicate wants.
    private static Set<String> callersOf(Predicate<JavaAccess<?>> wanted) {
        return CLASSES.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(wanted)
                .map(access -> shown(access.getOriginOwner()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean is(JavaAccess<?> access, String owner, String method) {
        return access.getTargetOwner().getName().equals(owner) && access.getName().equals(method);
    }

    private static Predicate<String> in(String... packages) {
        return type -> Stream.of(packages).anyMatch(name -> type.startsWith(name + "."));
    }

    private static Set<String> without(Set<String> found, Predicate<String> allowed) {
        Set<String> rest = new TreeSet<>(found);
        rest.removeIf(allowed);
        return rest;
    }

    @Test
    void the_test_looks_at_the_whole_program() {
        assertThat(CLASSES.size()).isGreaterThan(150);
        Set<String> packages =
                CLASSES.stream()
                        .map(ArchitectureTest::packageOf)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages)
                .as("packages, each with what it may import")
                .isEqualTo(new TreeSet<>(ALLOWED.keySet()));
    }

    @Test
    void a_package_imports_only_what_it_may() {
        List<String> violations =
                dependencies()
                        .filter(dependency -> isOurs(dependency.getTargetClass()))
                        .filter(dependency -> !isAllowed(dependency))
                        .map(Dependency::getDescription)
                        .toList();
        assertThat(violations).isEmpty();
    }

    private static boolean isAllowed(Dependency dependency) {
        String from = packageOf(dependency.getOriginClass());
        String to = packageOf(dependency.getTargetClass());
        if (from.equals(to)) {
            return true;
        }
        return ALLOWED.getOrDefault(from, Set.of()).contains(to)
                && ALLOWED_PARTS
                        .getOrDefault(from + " -> " + to, _ -> true)
                        .test(outermost(dependency.getTargetClass()).getSimpleName());
    }

    @Test
    void the_architecture_page_lists_the_same_dependencies() throws IOException {
        Map<String, Set<String>> page = new TreeMap<>();
        Pattern row = Pattern.compile("\\| `([a-z.]+)` \\|[^|]*\\| ([a-z. –]+) \\|");
        for (String line : Files.readAllLines(Path.of("ARCHITECTURE.md"))) {
            Matcher found = row.matcher(line);
            if (found.matches()) {
                String imports = found.group(2);
                page.put(found.group(1), imports.equals("–") ? Set.of() : packages(imports));
            }
        }
        assertThat(page).isEqualTo(new TreeMap<>(ALLOWED));
    }

    /// The table cannot hold a cycle either, or it would be wrong.
    @Test
    void no_packages_need_each_other() {
        Map<String, Set<String>> left = new TreeMap<>(ALLOWED);
        boolean smaller = true;
        while (smaller) {
            Set<String> open = Set.copyOf(left.keySet());
            smaller =
                    left.entrySet()
                            .removeIf(entry -> entry.getValue().stream().noneMatch(open::contains));
        }
        assertThat(left).as("packages in a cycle").isEmpty();
    }

    @Test
    void only_execute_writes_files() {
        Set<String> writers = callersOf(ArchitectureTest::writes);
        assertThat(writers).as("the test sees writes at all").anyMatch(in("execute"));
        assertThat(without(writers, in("execute").or(WRITES_ELSEWHERE::containsKey))).isEmpty();
        assertThat(writers).as("no exception without need").containsAll(WRITES_ELSEWHERE.keySet());
    }

    private static boolean writes(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return switch (owner) {
            case "java.nio.file.Files" -> WRITING_FILES_METHOD.matcher(access.getName()).matches();
            case "java.io.File" -> WRITING_FILE_METHOD.matcher(access.getName()).matches();
            case "java.nio.channels.FileChannel" -> access.getName().equals("open");
            case BASE + ".process.OpenFile" -> WRITING_OPEN_FILE.contains(access.getName());
            default -> WRITING_STREAMS.contains(owner);
        };
    }

    @Test
    void only_cli_reads_the_environment_of_this_process() {
        Set<String> readers = callersOf(access -> is(access, "java.lang.System", "getenv"));
        assertThat(readers).containsExactly("cli.Main", "cli.SystemEnvironment");
    }

    @Test
    void only_process_starts_programs_and_makes_native_calls() {
        Set<String> starters =
                usersOf(type ->
                        type.getName().startsWith("java.lang.foreign.")
                                || type.getName().equals("java.lang.ProcessBuilder")
                                || type.getName().equals("java.lang.Runtime"));
        assertThat(starters).contains("process.Posix", "process.Programs");
        // Runtime.version() is all that Version asks for, and Runtime.halt() all that Healthcheck
        // does.
        assertThat(
                        without(
                                starters,
                                in("process")
                                        .or(Set.of("cli.Version", "cli.Healthcheck")::contains)))
                .isEmpty();
        assertThat(callersOf(access -> is(access, "java.lang.Runtime", "exec"))).isEmpty();
    }

    @Test
    void only_cli_knows_picocli() {
        Set<String> users = usersOf(type -> type.getPackageName().startsWith("picocli"));
        assertThat(users).isNotEmpty().allMatch(in("cli"));
    }

    @Test
    void only_connect_knows_how_the_driver_is_called() {
        Set<String> users = usersOf(type -> type.getPackageName().startsWith("org.postgresql"));
        // Of the driver's classes this one only computes.
        assertThat(without(users, in("connect").or("execute.sql.PasswordVerifier"::equals)))
                .isEmpty();
        assertThat(callersOf(access -> is(access, "java.sql.DriverManager", "getConnection")))
                .isEmpty();
    }

    /// Where texts stand together they can be read together, and logic and prose do not hide each
    /// other.
    @Test
    void a_package_with_more_than_one_refusal_keeps_them_in_its_class_refusals() {
        Map<String, List<String>> elsewhere =
                CLASSES.stream()
                        .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                        .filter(call ->
                                call.getTargetOwner().getName().equals(BASE + ".report.Refusal"))
                        .map(JavaAccess::getOriginOwner)
                        .filter(type -> !packageOf(type).equals("report"))
                        .filter(type -> !outermost(type).getSimpleName().endsWith("Refusals"))
                        .collect(
                                Collectors.groupingBy(
                                        ArchitectureTest::packageOf,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                ArchitectureTest::shown, Collectors.toList())));
        assertThat(elsewhere).as("the test sees refusals at all").isNotEmpty();
        assertThat(elsewhere)
                .allSatisfy((name, classes) -> {
                    assertThat(classes).hasSize(1);
                    assertThat(CLASSES.contain("%s.%s.Refusals".formatted(BASE, name))).isFalse();
                });
    }

    @Test
    void only_cli_and_report_print() {
        Set<String> printers =
                callersOf(access ->
                        is(access, "java.lang.System", "out")
                                || is(access, "java.lang.System", "err"));
        assertThat(printers).contains("cli.Banner", "report.ProgressLine");
        // The launcher is for a Java that cannot load anything else of ours; the end flushes.
        assertThat(
                        without(
                                printers,
                                in("cli", "report")
                                        .or("launch.Launcher"::equals)
                                        .or("process.ThisProcess"::equals)))
                .isEmpty();
    }

    @Test
    void only_cli_and_process_end_this_process() {
        Set<String> enders =
                callersOf(access ->
                        is(access, "java.lang.System", "exit")
                                || is(access, "java.lang.Runtime", "halt"));
        assertThat(without(enders, in("cli", "process").or("launch.Launcher"::equals))).isEmpty();
    }

    /// The same settings and observation give the same text: what could make a difference, or could
    /// change something, is out of reach.
    @Test
    void plan_and_config_see_no_files_no_clock_no_network_and_no_chance() {
        Predicate<JavaClass> world =
                type ->
                        type.getName()
                                .matches(
                                        "java\\.io\\.(?!Serializable).*|java\\.net\\..*|java\\.sql\\..*"
                                                + "|java\\.nio\\.file\\.(?!Path$).*|java\\.nio\\.channels\\..*"
                                                + "|java\\.time\\.(Clock|Instant|Local.*|Zoned.*)"
                                                + "|java\\.util\\.(Random|UUID|Date|Timer)"
                                                + "|java\\.util\\.concurrent\\..*|java\\.util\\.random\\..*"
                                                + "|java\\.security\\..*|org\\.slf4j\\..*"
                                                + "|java\\.lang\\.(System|Thread|Runtime|Process.*)");
        assertThat(usersOf(world)).isNotEmpty().noneMatch(in("plan", "config"));
        assertThat(
                        callersOf(access ->
                                access.getTargetOwner().getName().equals("java.nio.file.Path")
                                        && access.getName()
                                                .matches("toRealPath|toAbsolutePath|toFile")))
                .noneMatch(in("plan", "config"));
    }

    @Test
    void every_package_says_that_null_is_marked() {
        List<String> unmarked =
                CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName)
                        .toList();
        // The launcher is compiled for Java 8 and names nothing but the JDK.
        assertThat(unmarked).containsExactly(BASE + ".launch");
    }

    @Test
    void no_name_says_that_its_author_had_no_better_one() {
        Pattern empty =
                Pattern.compile(
                        ".*(Manager|Helper|Utils?|Common|Base|Impl|Handler|Service|Context|Info"
                                + "|Abstract|Misc)");
        assertThat(CLASSES.stream().map(JavaClass::getSimpleName))
                .noneMatch(name -> empty.matcher(name).matches());
    }

    @Test
    void files_are_small() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        for (Path source : sources()) {
            int lines = Files.readAllLines(source).size();
            assertThat(lines).as("lines of %s", source).isLessThanOrEqualTo(350);
            sizes.add(lines);
        }
        sizes.sort(null);
        assertThat(sizes.get(sizes.size() / 2)).as("median of lines").isLessThanOrEqualTo(90);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }
}
