package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What `docker run image WORDS` does, word by word: rows ARG and FILE of
/// docs/reference/official-image.md. One container serves all of them: a program in it is started
/// as PID 1 would be.
@ContainerTest
class OfficialCommandLineIT {

    private static final String OFFICIAL = "docker-entrypoint.sh";
    private static final int CONFIGURATION = 78;
    private static final int NO_INPUT = 77;
    private static final ContainerNode CONTAINER =
            new ContainerNode(ContainerNode.MAJOR).program("sleep", "1d");

    @BeforeAll
    static void start() {
        CONTAINER.start();
    }

    @AfterAll
    static void remove() {
        CONTAINER.close();
    }

    private static ContainerNode.Run run(String... words) {
        return CONTAINER.execWith(Map.of("POSTGRES_PASSWORD", "x"), words);
    }

    private static ContainerNode.Run bash(String script) {
        return run("bash", "-c", script);
    }

    private static boolean made(String directory) {
        return CONTAINER.exec("test", "-e", directory).code() == 0;
    }

    @Test
    @DisplayName("ARG-1: a first word with a minus is the server's, and -C initialises first")
    void a_first_word_with_a_minus_is_the_servers() {
        ContainerNode.Run run =
                CONTAINER.execWith(
                        Map.of("POSTGRES_PASSWORD", "x", "PGDATA", "/tmp/arg1"),
                        OFFICIAL,
                        "-c",
                        "max_connections=33",
                        "-C",
                        "max_connections");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).endsWith("\n33\n");
        assertThat(made("/tmp/arg1/PG_VERSION")).isTrue();
    }

    @Test
    @DisplayName("ARG-2: a path to postgres is a program like any other, and refuses root itself")
    void a_path_to_postgres_is_a_program_like_any_other() {
        ContainerNode.Run run = bash(OFFICIAL + " \"$(type -P postgres)\" -D /tmp/arg2");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("\"root\" execution of the PostgreSQL server is not");
        assertThat(made("/tmp/arg2")).isFalse();
    }

    @Test
    @DisplayName("ARG-3: questions to the server itself prepare nothing, wherever they stand")
    void questions_to_the_server_itself_prepare_nothing() {
        String version = "postgres (PostgreSQL) " + ContainerNode.MAJOR;
        Map<String, String> nothing = Map.of("PGDATA", "/tmp/arg3");
        assertThat(CONTAINER.execWith(nothing, OFFICIAL, "-V").out()).startsWith(version);
        assertThat(CONTAINER.execWith(nothing, OFFICIAL, "postgres", "--version").out())
                .startsWith(version);
        assertThat(CONTAINER.execWith(nothing, OFFICIAL, "postgres", "--help").out())
                .startsWith("postgres is the PostgreSQL server.");
        // There the server itself takes it for a setting.
        CONTAINER.execWith(nothing, OFFICIAL, "postgres", "-c", "fsync=off", "--help");
        assertThat(CONTAINER.execWith(nothing, OFFICIAL, "postgres", "-?").out())
                .startsWith("postgres is the PostgreSQL server.");
        assertThat(CONTAINER.execWith(nothing, OFFICIAL, "postgres", "--describe-config").out())
                .contains("\nmax_connections\t");
        assertThat(made("/tmp/arg3")).isFalse();
    }

    @Test
    @DisplayName("ARG-4: the words of another program arrive byte for byte, as who started it")
    void the_words_of_another_program_arrive_byte_for_byte() {
        assertThat(
                        bash(OFFICIAL
                                        + " printf '%s|' $'\\xff\\xfe' '' 'a  b' $'c\\n"
                                        + "' '*' '$HOME' \"'\" | od -An -v -tx1 | tr -d '"
                                        + " \\n'")
                                .out())
                .isEqualTo("fffe7c7c612020627c630a7c2a7c24484f4d457c277c");
        assertThat(bash("echo 'Hello   world' | " + OFFICIAL + " cat; exit $?").out())
                .isEqualTo("Hello   world\n");
        assertThat(run(OFFICIAL, "sh", "-c", "exit 42").code()).isEqualTo(42);
        assertThat(run(OFFICIAL, "id", "-un").out()).isEqualTo("root\n");
        assertThat(CONTAINER.execAs("4321:4322", OFFICIAL, "sh", "-c", "id -u; id -g").out())
                .isEqualTo("4321\n4322\n");
        assertThat(bash("cd /usr && " + OFFICIAL + " pwd").out()).isEqualTo("/usr\n");
    }

    @Test
    @DisplayName("ARG-4: the terminal of `docker run -it` is the program's")
    void the_terminal_is_the_programs() {
        String asks = "tty; test -t 0 && test -t 1 && test -t 2 && echo terminal; exit 5";
        ContainerNode.Run run =
                run("script", "-qec", OFFICIAL + " bash -c \"" + asks + "\"", "/dev/null");
        assertThat(run.out()).contains("/dev/pts/").contains("terminal");
        assertThat(run.code()).isEqualTo(5);
        // Ctrl-C reaches the program, not something before it.
        ContainerNode.Run interrupted =
                bash(
                        """
                        cat >/tmp/program <<'END'
                        trap 'echo interrupted; exit 9' INT
                        touch /tmp/up
                        while :; do sleep 0.1; done
                        END
                        { until [ -e /tmp/up ]; do sleep 0.1; done; printf '\\003'; sleep 3; } |
                          script -qec 'exec docker-entrypoint.sh sh /tmp/program' /dev/null
                        exit ${PIPESTATUS[1]}
                        """);
        assertThat(interrupted.out()).contains("interrupted");
        assertThat(interrupted.code()).isEqualTo(9);
    }

    @Test
    @DisplayName("ARG-5: not found is 127, the empty word too, and not executable 126")
    void what_cannot_run_is_127_or_126() {
        assertThat(run(OFFICIAL, "nosuchcmd").code()).isEqualTo(127);
        assertThat(run(OFFICIAL, "nosuchcmd").err()).contains("nosuchcmd: not found");
        assertThat(run(OFFICIAL, "").code()).isEqualTo(127);
        assertThat(run(OFFICIAL, "/no/such/program").code()).isEqualTo(127);
        assertThat(run(OFFICIAL, "/etc/passwd").code()).isEqualTo(126);
        assertThat(run(OFFICIAL, "/etc").code()).isEqualTo(126);
    }

    @Test
    @DisplayName("ARG-6: without any word the server runs; a missing password says so")
    void without_any_word_the_server_runs() {
        ContainerNode.Run run = CONTAINER.execWith(Map.of("PGDATA", "/tmp/arg6"), OFFICIAL);
        assertThat(run.code()).isEqualTo(CONFIGURATION);
        assertThat(run.err())
                .contains("Error: Database is uninitialized and superuser password is not");
    }

    private static ContainerNode.Run server(Map<String, String> environment) {
        return CONTAINER.execWith(environment, OFFICIAL, "postgres", "-C", "max_connections");
    }

    @Test
    @DisplayName("FILE-2: a value and its file are exclusive")
    void a_value_and_its_file_are_exclusive() {
        ContainerNode.Run run =
                server(
                        Map.of(
                                "PGDATA", "/tmp/file2",
                                "POSTGRES_PASSWORD", "x",
                                "POSTGRES_PASSWORD_FILE", "/etc/hostname"));
        assertThat(run.code()).isEqualTo(CONFIGURATION);
        assertThat(run.err())
                .contains(
                        "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are"
                                + " exclusive)");
        assertThat(made("/tmp/file2")).isFalse();
    }

    @Test
    @DisplayName("FILE-3: an empty value leaves the word to the file, and the other way round")
    void an_empty_value_leaves_the_word_to_the_file() {
        assertThat(
                        server(
                                        Map.of(
                                                "PGDATA", "/tmp/file3a",
                                                "POSTGRES_PASSWORD", "",
                                                "POSTGRES_PASSWORD_FILE", "/etc/hostname"))
                                .code())
                .isZero();
        assertThat(
                        server(
                                        Map.of(
                                                "PGDATA", "/tmp/file3b",
                                                "POSTGRES_PASSWORD", "x",
                                                "POSTGRES_PASSWORD_FILE", ""))
                                .code())
                .isZero();
    }

    @Test
    @DisplayName("FILE-4: a missing file is named, and nothing is made")
    void a_missing_file_is_named() {
        ContainerNode.Run run =
                server(Map.of("PGDATA", "/tmp/file4", "POSTGRES_PASSWORD_FILE", "/run/no/such"));
        assertThat(run.code()).isEqualTo(NO_INPUT);
        assertThat(run.err()).contains("/run/no/such");
        assertThat(made("/tmp/file4")).isFalse();
    }

    @Test
    @DisplayName("FILE-5: an empty file is no password")
    void an_empty_file_is_no_password() {
        ContainerNode.Run run =
                server(Map.of("PGDATA", "/tmp/file5", "POSTGRES_PASSWORD_FILE", "/dev/null"));
        assertThat(run.code()).isEqualTo(CONFIGURATION);
        assertThat(run.err()).contains("POSTGRES_PASSWORD");
    }

    @Test
    @DisplayName("FILE-7: files of variables are nothing to another program")
    void files_of_variables_are_nothing_to_another_program() {
        Map<String, String> missing = Map.of("POSTGRES_PASSWORD_FILE", "/run/no/such");
        assertThat(
                        CONTAINER
                                .execWith(
                                        missing,
                                        OFFICIAL,
                                        "sh",
                                        "-c",
                                        "echo \"$POSTGRES_PASSWORD_FILE [$POSTGRES_PASSWORD]\"")
                                .out())
                .isEqualTo("/run/no/such []\n");
    }
}
