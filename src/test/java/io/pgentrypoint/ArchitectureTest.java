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

    /// From a room to the rooms it may import.
    private static final Map<String, Set<String>> ALLOWED =
            Map.ofEntries(
                    entry("launch", Set.of()),
                    entry("report", Set.of()),
                    entry("process", Set.of("report")),
                    entry("connect", Set.of("report")),
                    entry("files", Set.of("report")),
                    entry("patroni", Set.of("report")),
                    entry("mode", Set.of("patroni", "report")),
                    entry("settings", Set.of("mode", "patroni", "report")),
                    entry("render", Set.of("settings", "mode", "patroni", "report")),
                    entry("scripts", Set.of("settings", "mode", "process", "report")),
                    entry("node", Set.of("settings", "mode", "report")),
                    entry("volume", Set.of("settings", "mode", "process", "report")),
                    entry("timeline", packages("settings mode volume process connect report")),
                    entry(
                            "observe",
                            packages(
                                    "settings mode patroni node volume timeline scripts process connect report")),
                    entry(
                            "plan",
                            packages(
                                    "settings mode patroni node volume timeline scripts observe render report")),
                    entry(
                            "database",
                            packages(
                                    "plan settings mode observe files render process connect report")),
                    entry("claim", packages("settings volume observe files process report")),
                    entry(
                            "ownership",
                            packages("plan settings mode timeline observe process report")),
                    entry(
                            "execute",
                            packages(
                                    "database files ownership plan settings mode patroni node volume timeline scripts observe render process connect report")),
                    entry("supervise", Set.of("process", "connect", "report")),
                    entry("probe", Set.of("patroni", "process", "connect", "report")),
                    entry(
                            "",
                            packages(
                                    "settings mode patroni node volume scripts observe plan database execute supervise process connect report")),
                    entry("cli", Set.copyOf(cli())));

    private static Set<String> packages(String names) {
        return Set.of(names.split(" "));
    }

    /// All but the launcher; `""` is what ties the rooms together.
    private static Set<String> cli() {
        Set<String> packages =
                new TreeSet<>(
                        packages(
                                "settings mode patroni volume render observe plan claim ownership execute supervise probe connect process report"));
        packages.add("");
        return packages;
    }

    /// Doors that open to a part of a room only.
    private static final Map<String, Predicate<String>> ALLOWED_PARTS =
            Map.of(
                    "execute -> render",
                    "Quoting"::equals,
                    "database -> render",
                    "Quoting"::equals,
                    // Values and words; whoever asks a network is elsewhere.
                    "settings -> patroni",
                    Set.of("PatroniConfiguration", "DcsAddress")::contains,
                    "render -> patroni",
                    Set.of("PatroniConfiguration", "YamlText")::contains,
                    "plan -> patroni",
                    Set.of("Dcs", "DcsAddress", "PatroniConfiguration", "PatroniEnvironment")
                            ::contains,
                    // What observe has seen, not how it looks.
                    "plan -> node",
                    name -> !name.endsWith("Reader"),
                    "plan -> observe",
                    name -> !name.endsWith("Reader") && !name.equals("Observer"),
                    "plan -> timeline",
                    name -> !name.endsWith("Reader"),
                    "plan -> volume",
                    name -> !name.endsWith("Reader"),
                    "plan -> scripts",
                    name -> !name.endsWith("Reader"));

    /// A write that is not in `execute`, `files` or `claim`, and why it may stay where it is.
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
        return new ClassFileImporter().importPath(Path.of("target/classes"));
    }

    private static String requirement(JavaClass type) {
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

    /// Classes, by the room they are in, that depend on what the predicate says.
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
        return type ->
                Stream.of(packages).anyMatch(requirement -> type.startsWith(requirement + "."));
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
                        .map(ArchitectureTest::requirement)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages)
                .as("rooms, each with its doors")
                .isEqualTo(new TreeSet<>(ALLOWED.keySet()));
    }

    @Test
    void rooms_are_entered_by_their_doors_only() {
        List<String> violations =
                dependencies()
                        .filter(dependency -> isOurs(dependency.getTargetClass()))
                        .filter(dependency -> !isAllowed(dependency))
                        .map(Dependency::getDescription)
                        .toList();
        assertThat(violations).isEmpty();
    }

    private static boolean isAllowed(Dependency dependency) {
        String from = requirement(dependency.getOriginClass());
        String to = requirement(dependency.getTargetClass());
        if (from.equals(to)) {
            return true;
        }
        return ALLOWED.getOrDefault(from, Set.of()).contains(to)
                && ALLOWED_PARTS
                        .getOrDefault(from + " -> " + to, _ -> true)
                        .test(outermost(dependency.getTargetClass()).getSimpleName());
    }

    /// The doors cannot form one either, or the table above would be wrong.
    @Test
    void no_rooms_need_each_other() {
        Map<String, Set<String>> left = new TreeMap<>(ALLOWED);
        boolean smaller = true;
        while (smaller) {
            Set<String> open = Set.copyOf(left.keySet());
            smaller =
                    left.entrySet()
                            .removeIf(requirement ->
                                    requirement.getValue().stream().noneMatch(open::contains));
        }
        assertThat(left).as("rooms in a circle").isEmpty();
    }

    @Test
    void only_execute_and_what_it_works_with_write_files() {
        Set<String> writers = callersOf(ArchitectureTest::writes);
        assertThat(writers).as("the test sees writes at all").anyMatch(in("execute"));
        assertThat(
                        without(
                                writers,
                                in("execute")
                                        .or(in("files"))
                                        .or(in("claim"))
                                        .or(in("ownership"))
                                        .or(WRITES_ELSEWHERE::containsKey)))
                .isEmpty();
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
        assertThat(without(users, in("connect").or("database.PasswordVerifier"::equals))).isEmpty();
        assertThat(callersOf(access -> is(access, "java.sql.DriverManager", "getConnection")))
                .isEmpty();
    }

    @Test
    void only_cli_and_report_print() {
        Set<String> printers =
                callersOf(access ->
                        is(access, "java.lang.System", "out")
                                || is(access, "java.lang.System", "err"));
        assertThat(printers).contains("cli.Banner", "report.ProgressLine");
        // For a Java that cannot load anything else of ours.
        assertThat(without(printers, in("cli", "report").or("launch.Launcher"::equals))).isEmpty();
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
    void plan_and_render_see_no_files_no_clock_no_network_and_no_chance() {
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
        assertThat(usersOf(world)).isNotEmpty().noneMatch(in("plan", "render"));
        assertThat(
                        callersOf(access ->
                                access.getTargetOwner().getName().equals("java.nio.file.Path")
                                        && access.getName()
                                                .matches("toRealPath|toAbsolutePath|toFile")))
                .noneMatch(in("plan", "render"));
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

    /// docs/decisions/0010-what-a-room-may-hold.md
    @Test
    void rooms_are_small() throws IOException {
        Map<Path, List<Path>> packages =
                sources().stream()
                        .collect(Collectors.groupingBy(source -> source.resolveSibling("")));
        for (Map.Entry<Path, List<Path>> requirement : packages.entrySet()) {
            assertThat(requirement.getValue())
                    .as("files of %s", requirement.getKey())
                    .hasSizeLessThanOrEqualTo(30);
            Set<String> offered = new TreeSet<>();
            for (Path source : requirement.getValue()) {
                if (Pattern.compile("^public ", Pattern.MULTILINE)
                        .matcher(Files.readString(source))
                        .find()) {
                    offered.add(String.valueOf(source.getFileName()));
                }
            }
            assertThat(offered)
                    .as("what %s offers to other rooms", requirement.getKey())
                    .hasSizeLessThanOrEqualTo(20);
        }
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
