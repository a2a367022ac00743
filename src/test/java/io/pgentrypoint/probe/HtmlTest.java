package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HtmlTest {

    private static final List<String> HOSTILE =
            List.of(
                    "<script>alert(1)</script>",
                    "</title><script src=//evil.example></script>",
                    "\" onmouseover=\"alert(1)",
                    "' autofocus onfocus='alert(1)",
                    "<img src=x onerror=alert(1)>",
                    "<!--",
                    "]]>",
                    "&lt;b&gt; &#60;i&#62;",
                    "%s %n %d",
                    "\0\u001b[2J\r",
                    "\u202Egnp.exe\u2066",
                    "\uD800");

    @Test
    void nothing_that_is_put_into_a_template_is_markup() {
        for (String hostile : HOSTILE) {
            String text = Html.of("<p title=\"%s\">%s</p>", hostile, hostile).text();
            assertThat(text).startsWith("<p title=\"").endsWith("</p>");
            String inside = text.substring("<p title=\"".length(), text.length() - "</p>".length());
            assertThat(inside.replaceFirst("\">", ""))
                    .as(hostile)
                    .doesNotContain("<", ">", "\"", "'");
        }
    }

    @Test
    void each_character_that_means_something_is_an_entity() {
        assertThat(Html.of("%s", "a<b>&\"c\"'d'").text())
                .isEqualTo("a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
        assertThat(Html.of("%s", "&amp;").text()).isEqualTo("&amp;amp;");
    }

    @Test
    void what_nobody_can_see_and_what_turns_the_text_around_is_replaced() {
        assertThat(Html.of("%s", "a\0b\u001bc\rd\u202Ee\u200Bf\u2028g\uD800h").text())
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh");
        assertThat(Html.of("%s", "Zürich \uD83D\uDC18 日本\t\n").text())
                .isEqualTo("Zürich \uD83D\uDC18 日本\t\n");
    }

    @Test
    void what_is_such_text_already_is_quoted_once() {
        Html inner = Html.of("<b>%s</b>", "<");
        assertThat(Html.of("%s%s", inner, Html.all(Stream.of(inner, inner))).text())
                .isEqualTo("<b>&lt;</b><b>&lt;</b><b>&lt;</b>");
    }
}
