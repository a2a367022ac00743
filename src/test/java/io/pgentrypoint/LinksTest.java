package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The links of the documents, and the pages that messages, comments and scripts name.
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");
    private static final Pattern TEST =
            Pattern.compile("`(?:\\w+\\.)?([A-Za-z]+(?:Test|[a-z]IT))`");
    private static final Pattern PAGE = Pattern.compile("(?<![\\w./-])docs/[\\w/-]+\\.md");

    @Test
    void every_relative_link_leads_to_a_file_and_its_heading() throws IOException {
        List<String> broken = new ArrayList<>();
        List<Path> pages = files(Path.of("."), ".md");
        assertThat(pages).hasSizeGreaterThan(30);
        for (Path page : pages) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll("`code`"));
            while (link.find()) {
                if (!leads(page, link.group(1))) {
                    broken.add(page + ": " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void every_page_named_in_source_or_scripts_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        List<Path> texts = files(Path.of("src"), "");
        texts.addAll(files(Path.of("docker"), ""));
        texts.add(Path.of("Makefile"));
        for (Path text : texts) {
            Matcher page = PAGE.matcher(Files.readString(text));
            while (page.find()) {
                if (!Files.exists(Path.of(page.group()))) {
                    missing.add(text + ": " + page.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void every_test_named_in_a_page_exists() throws IOException {
        Set<String> tests =
                files(Path.of("src/test/java"), ".java").stream()
                        .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
                        .collect(Collectors.toSet());
        for (Path page : files(Path.of("docs"), ".md")) {
            assertThat(TEST.matcher(Files.readString(page)).results().map(name -> name.group(1)))
                    .as("tests that %s names", page)
                    .isSubsetOf(tests);
        }
    }

    @Test
    void the_index_lists_every_page() throws IOException {
        String index = Files.readString(Path.of("docs/README.md"));
        assertThat(
                        files(Path.of("docs"), ".md").stream()
                                .map(page -> Path.of("docs").relativize(page).toString())
                                .filter(page -> page.contains("/"))
                                .filter(page -> !page.startsWith("decisions/")))
                .allSatisfy(page -> assertThat(index).contains("](" + page + ")"));
    }

    private static boolean leads(Path page, String target) throws IOException {
        if (target.matches("[a-z]+:.*")) {
            return true;
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
    }

    /// As GitHub makes them: lower case, punctuation dropped, spaces to hyphens.
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(text -> text.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<Path> files(Path top, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::normalize)
                    .filter(file -> !file.startsWith("target") && !file.startsWith(".git"))
                    .filter(file -> file.toString().endsWith(ending))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }
}
